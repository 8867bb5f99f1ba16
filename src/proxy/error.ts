import { UserError } from '../common/errors.ts'

/** A proxy that cannot exist: an invalid node file, an unknown name. */
export class ProxyError extends UserError {
  override readonly name = 'ProxyError'
}
