/** What two lists or texts have in common at their ends. */

const identical = (a: unknown, b: unknown): boolean => a === b

/** How many items, or characters, are the same at the start. */
export function commonStart<T>(
  a: ArrayLike<T>,
  b: ArrayLike<T>,
  isSame: (a: T | undefined, b: T | undefined) => boolean = identical,
): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && isSame(a[length], b[length])) length++
  return length
}

/**
 * How many items, or characters, are the same at the end.
 * @param start how many are already taken as the common start
 */
export function commonEnd<T>(
  a: ArrayLike<T>,
  b: ArrayLike<T>,
  start: number,
  isSame: (a: T | undefined, b: T | undefined) => boolean = identical,
): number {
  const most = Math.min(a.length, b.length) - start
  let length = 0
  while (length < most && isSame(a[a.length - 1 - length], b[b.length - 1 - length])) length++
  return length
}
