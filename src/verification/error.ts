import { UserError } from '../common/errors.ts'

/** A text is not what it should be: not a dump of an Envoy, or not an answer of istiod. */
export class DumpError extends UserError {
  override readonly name: string = 'DumpError'
}

/** A proxy that vipctl does not model: a ztunnel, or a waypoint. */
export class NotModelledError extends DumpError {
  override readonly name = 'NotModelledError'
}
