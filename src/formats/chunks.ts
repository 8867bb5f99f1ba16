/** Combines output into pieces of an efficient size. */

/** The minimum length of a piece in characters. */
const LENGTH = 1 << 16

/** The same text in fewer, non-empty pieces. */
export function* joinChunks(chunks: Iterable<string>): Iterable<string> {
  let waiting = ''
  for (const chunk of chunks) {
    waiting += chunk
    if (waiting.length < LENGTH) continue
    yield waiting
    waiting = ''
  }
  if (waiting !== '') yield waiting
}
