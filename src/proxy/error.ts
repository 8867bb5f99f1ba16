/** A proxy that cannot be: a bad node file, an unknown name. A mistake of the user, not of the program. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
