/**
 * A mistake of the user, not of the program: a command line that cannot be followed, a proxy that is not there, a
 * cluster that cannot be read. The program prints the message and the hint, and no stack.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  /** What the user may do about it. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
