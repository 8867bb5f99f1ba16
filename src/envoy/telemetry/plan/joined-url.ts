/** Joins a host and a path as Go's url.JoinPath does. */

/** Characters that Go leaves in a path; percent signs stay if they begin an escape. */
const KEPT = /[A-Za-z0-9\-._~$&+,/:;=@!'()*[\]]|%[0-9A-Fa-f]{2}/y

/** Half of a character beyond the basic plane, without the other half. */
const HALF = /^[\ud800-\udfff]$/

function escaped(path: string): string {
  let out = ''
  for (let index = 0; index < path.length; ) {
    KEPT.lastIndex = index
    const kept = KEPT.exec(path)?.[0]
    const part = kept ?? String.fromCodePoint(path.codePointAt(index) ?? 0)
    out += kept ?? encodeURIComponent(HALF.test(part) ? '\ufffd' : part)
    index += part.length
  }
  return out
}

/** Without empty parts and `.`; `..` removes the part before it. */
function cleanParts(path: string): readonly string[] {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

/** @param host a host name without a scheme */
export function joinedUrl(host: string, path: string): string {
  const joined = cleanParts(`${host}/${path}`).join('/')
  return escaped(path.endsWith('/') ? `${joined}/` : joined)
}
