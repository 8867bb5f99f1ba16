/**
 * Whether PEM texts hold certificates and their keys, as far as Go's crypto/tls and crypto/x509 look before they use
 * them: that they can be read, and that a key belongs to its certificate.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeBase64 } from '../common/bytes.ts'
import { ed25519PublicKey, nistCurve, nistPublicKey } from './curves.ts'

interface PemBlock {
  readonly type: string
  readonly bytes: Uint8Array
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----\s([\s\S]*?)-----END \1-----/g
const PEM_BODY = /^[A-Za-z0-9+/=\s]*$/

/** The blocks of a PEM text that can be decoded; headers of encrypted keys make a block unreadable. */
function pemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(PEM)].flatMap(([, type = '', body = '']) =>
    PEM_BODY.test(body) ? [{ type, bytes: decodeBase64(body) }] : [],
  )
}

/** One element of DER: its tag, and where its content is. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** Behind the element. */
  readonly rest: Uint8Array
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_ID = 0x06
/** The version of a certificate and the curve of an EC key are in elements of their own. */
const EXPLICIT_0 = 0xa0

/** A length in the form of DER, and the bytes that it takes; undefined if there is none. */
function lengthAt(bytes: Uint8Array): { readonly length: number; readonly size: number } | undefined {
  const first = bytes[0]
  if (first === undefined) return undefined
  if (first < 0x80) return { length: first, size: 1 }
  const size = first - 0x80
  if (size === 0 || size > 4 || bytes.length <= size) return undefined
  return { length: bytes.subarray(1, 1 + size).reduce((sum, byte) => sum * 256 + byte, 0), size: 1 + size }
}

/** The first element; undefined for bytes that are not DER. */
function element(bytes: Uint8Array | undefined): Element | undefined {
  const tag = bytes?.[0]
  const found = bytes && lengthAt(bytes.subarray(1))
  if (tag === undefined || !bytes || !found) return undefined
  const start = 1 + found.size
  const end = start + found.length
  if (end > bytes.length) return undefined
  return { tag, content: bytes.subarray(start, end), rest: bytes.subarray(end) }
}

/** The elements of a sequence; undefined for anything else. */
function sequence(bytes: Uint8Array | undefined): readonly Element[] | undefined {
  const outer = element(bytes)
  return outer?.tag === SEQUENCE ? elements(outer.content) : undefined
}

function elements(content: Uint8Array): readonly Element[] | undefined {
  const out: Element[] = []
  let rest = content
  while (rest.length > 0) {
    const next = element(rest)
    if (!next) return undefined
    out.push(next)
    rest = next.rest
  }
  return out
}

/** A public key: its algorithm, and what identifies it. */
interface PublicKey {
  readonly algorithm: string
  readonly identity: string
}

const RSA = '2a864886f70d010101'
const EC = '2a8648ce3d0201'
const ED25519 = '2b6570'

const KNOWN_ALGORITHMS: ReadonlySet<string> = new Set([RSA, EC, ED25519])

/** The number of an element; undefined for anything but a positive one. */
function positive(number: Element | undefined): bigint | undefined {
  const isPositive = number?.tag === INTEGER && number.content.length > 0 && (number.content[0] ?? 0) < 0x80
  return isPositive ? BigInt(`0x${bytesToHex(number.content)}`) || undefined : undefined
}

/** An object identifier in hexadecimal; undefined for another element. */
const identifier = (element: Element | undefined): string | undefined =>
  element?.tag === OBJECT_ID ? bytesToHex(element.content) : undefined

/** An algorithm (AlgorithmIdentifier of RFC 5280), and its parameters. */
function algorithmOf(info: Element | undefined): { readonly name: string; readonly parameters?: Element } | undefined {
  const [id, parameters] = (info?.tag === SEQUENCE && elements(info.content)) || []
  const name = identifier(id)
  return name === undefined ? undefined : { name, ...(parameters && { parameters }) }
}

function rsaIdentity(bytes: Uint8Array): string | undefined {
  const modulus = positive(sequence(bytes)?.[0])
  return modulus?.toString(16)
}

/** The key of a certificate (RFC 5280); undefined when it cannot be read. */
function keyOfCertificate(bytes: Uint8Array): PublicKey | undefined {
  const [body] = sequence(bytes) ?? []
  const fields = body?.tag === SEQUENCE ? elements(body.content) : undefined
  const first = fields?.[0]?.tag === EXPLICIT_0 ? 1 : 0
  const info = fields?.[first + 5]
  if (info?.tag !== SEQUENCE) return undefined
  const [type, key] = elements(info.content) ?? []
  const algorithm = algorithmOf(type)
  if (!algorithm || key?.tag !== BIT_STRING) return undefined
  const { name, parameters } = algorithm
  const value = key.content.subarray(1)
  if (name === EC && !nistCurve(identifier(parameters) ?? '')) return undefined
  if (name === ED25519 && (parameters || value.length !== 32)) return undefined
  const identity = name === RSA ? rsaIdentity(value) : bytesToHex(value)
  return identity === undefined ? undefined : { algorithm: name, identity }
}

/**
 * RFC 5915. Go makes the public key of the private one, whatever the text says about it.
 * @param curve the identifier of the curve that is stated outside of the key
 */
function keyOfEc(bytes: Uint8Array | undefined, curve?: string): PublicKey | undefined {
  const [version, number, ...others] = sequence(bytes) ?? []
  if (positive(version) !== 1n || number?.tag !== OCTET_STRING) return undefined
  const stated = others.find(({ tag }) => tag === EXPLICIT_0)
  const found = nistCurve(curve ?? (stated && identifier(element(stated.content))) ?? '')
  const identity = found && nistPublicKey(found, number.content)
  return identity === undefined ? undefined : { algorithm: EC, identity }
}

/** RFC 8017. The primes have to fit the modulus and the exponents (rsa.PrivateKey.Validate). */
function keyOfRsa(bytes: Uint8Array | undefined): PublicKey | undefined {
  const [, ...numbers] = sequence(bytes) ?? []
  const [modulus, e, d, p, q] = numbers.map(positive)
  if (!modulus || !e || !d || !p || !q || p * q !== modulus) return undefined
  const fits = [p, q].every((prime) => prime > 1n && (e * d - 1n) % (prime - 1n) === 0n)
  return fits ? { algorithm: RSA, identity: modulus.toString(16) } : undefined
}

/** RFC 8410: the seed is in a string of its own. */
function keyOfEd25519(bytes: Uint8Array): PublicKey | undefined {
  const seed = element(bytes)
  const identity = seed?.tag === OCTET_STRING ? ed25519PublicKey(seed.content) : undefined
  return identity === undefined ? undefined : { algorithm: ED25519, identity }
}

/** PKCS #8, PKCS #1 or SEC 1. */
function keyOfPrivate(bytes: Uint8Array): PublicKey | undefined {
  const [, type, wrapped] = sequence(bytes) ?? []
  if (type?.tag !== SEQUENCE || wrapped?.tag !== OCTET_STRING) return keyOfEc(bytes) ?? keyOfRsa(bytes)
  const { name, parameters } = algorithmOf(type) ?? {}
  if (name === RSA) return keyOfRsa(wrapped.content)
  if (name === EC) return keyOfEc(wrapped.content, identifier(parameters))
  return name === ED25519 && !parameters ? keyOfEd25519(wrapped.content) : undefined
}

/** Whether a PEM text has a certificate that can be read (x509.CertPool.AppendCertsFromPEM). */
export const hasCertificate = (pem: string): boolean =>
  pemBlocks(pem).some(({ type, bytes }) => type === 'CERTIFICATE' && keyOfCertificate(bytes) !== undefined)

/** Why two PEM texts are not a certificate with its key (tls.X509KeyPair); undefined when they are. */
export function keyPairProblem(certificatePem: string, keyPem: string): string | undefined {
  const leaf = pemBlocks(certificatePem).find(({ type }) => type === 'CERTIFICATE')
  if (!leaf) return 'the certificate is not a PEM block'
  const block = pemBlocks(keyPem).find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))
  if (!block) return 'the private key is not a PEM block'
  const certificate = keyOfCertificate(leaf.bytes)
  if (!certificate) return 'the certificate cannot be read'
  if (!KNOWN_ALGORITHMS.has(certificate.algorithm)) return 'the key of the certificate is of an unknown algorithm'
  const key = keyOfPrivate(block.bytes)
  if (!key) return 'the private key cannot be read'
  const isSame = key.algorithm === certificate.algorithm && key.identity === certificate.identity
  return isSame ? undefined : 'the private key does not belong to the certificate'
}
