import { UserError } from '../common/errors.ts'

/** A text is not what it should be: not a dump of an Envoy, or not an answer of istiod. */
export class DumpError extends UserError {
  override readonly name = 'DumpError'
}
