/** Output in pieces of a length that is quick to write. */

/** Pieces are joined until they have this many characters. */
const LENGTH = 1 << 16

/** The same text in fewer pieces; none of them is empty. */
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
