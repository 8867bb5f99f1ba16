/** A document that cannot be edited without losing something. */
export class EditError extends Error {
  override readonly name = 'EditError'
}
