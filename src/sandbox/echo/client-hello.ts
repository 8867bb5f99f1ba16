/** The first message of a TLS client, as far as a server chooses its certificate by it (RFC 8446, RFC 6066, RFC 7301). */

export interface ClientHello {
  /** '' without a server name. */
  readonly sni: string
  readonly alpn: readonly string[]
}

const HANDSHAKE = 0x16
const SERVER_NAME = 0
const APPLICATION_PROTOCOLS = 16
/** Record header, handshake header, version and random. */
const BEFORE_SESSION_ID = 5 + 4 + 2 + 32

export const isHandshake = (bytes: Buffer): boolean => bytes[0] === HANDSHAKE

/** Names in a list that begins with its length. @param prefix bytes before the length of each name */
function listed(list: Buffer, prefix: number, lengthBytes: 1 | 2): readonly string[] {
  const names: string[] = []
  for (let at = 2; at < list.length; ) {
    const start = at + prefix + lengthBytes
    const length = list.readUIntBE(at + prefix, lengthBytes)
    names.push(list.toString('latin1', start, start + length))
    at = start + length
  }
  return names
}

function extensionsOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>()
  let at = BEFORE_SESSION_ID
  at += 1 + bytes.readUInt8(at)
  at += 2 + bytes.readUInt16BE(at)
  at += 1 + bytes.readUInt8(at)
  const end = at + 2 + bytes.readUInt16BE(at)
  for (at += 2; at < end; ) {
    const length = bytes.readUInt16BE(at + 2)
    found.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return found
}

/** @returns nothing stated if the bytes are not a whole message */
export function readClientHello(bytes: Buffer): ClientHello {
  try {
    const extensions = extensionsOf(bytes)
    const names = extensions.get(SERVER_NAME)
    const protocols = extensions.get(APPLICATION_PROTOCOLS)
    return { sni: (names && listed(names, 1, 2)[0]) ?? '', alpn: protocols ? listed(protocols, 0, 1) : [] }
  } catch (error) {
    if (error instanceof RangeError) return { sni: '', alpn: [] }
    throw error
  }
}
