/** How messages name what is read with git. */

/** How messages name a commit that the user has asked for. */
export interface CommitWords {
  /** What the user wrote to read a commit: `--changed-since`. */
  readonly label: string
  /** The same with the reference, which is shown as `shownRef` does. */
  readonly of: (ref: string) => string
}

const LONGEST_REF = 100

/** A reference in a message, in quotes if it is not an ordinary one. */
export function shownRef(ref: string): string {
  const start = ref.length > LONGEST_REF ? `${ref.slice(0, LONGEST_REF)}...` : ref
  return /^[\w./@~^-]+$/.test(start) ? start : JSON.stringify(start)
}
