/**
 * A mistake by the user, not by the program: an invalid command line or option, a proxy that does not exist, a cluster
 * that cannot be read. The command line prints the message and the hint without a stack trace.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  /** What the user can do about it. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** A word of the user in a message, shortened. */
export const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text)
