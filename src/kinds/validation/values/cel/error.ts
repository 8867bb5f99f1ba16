/** What is wrong with an expression, and where. */
export class CelError extends Error {
  /** Characters before the place. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}
