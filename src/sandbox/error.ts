/** What keeps a sandbox from running; the texts are for the user. */
import { UserError } from '../common/errors.ts'

export class SandboxError extends UserError {}
