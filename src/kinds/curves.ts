/**
 * Public keys of private keys on elliptic curves. They are only compared, to see whether two keys belong together. Nothing
 * is signed or kept secret with them, so the computation need not take the same time for every key.
 */
import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** In the coordinates of its curve. */
type Point = readonly bigint[]

/** Points that can be added; undefined is the neutral point. */
interface Group {
  readonly base: Point
  add(a: Point, b: Point): Point | undefined
  double(a: Point): Point
}

const numberOf = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`))

const modulo = (value: bigint, prime: bigint): bigint => ((value % prime) + prime) % prime

/** The inverse by Euclid's algorithm; 0 has none. */
function inverse(value: bigint, prime: bigint): bigint {
  let [a, b, x, y] = [modulo(value, prime), prime, 1n, 0n]
  while (a > 1n && b > 0n) {
    const quotient = b / a
    ;[a, b, x, y] = [b - quotient * a, a, y - quotient * x, x]
  }
  return modulo(x, prime)
}

/** The base point times a number. */
function multiplied({ base, add, double }: Group, scalar: bigint): Point | undefined {
  let sum: Point | undefined
  let power = base
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = sum ? add(sum, power) : power
    power = double(power)
  }
  return sum
}

/** A curve of NIST: y² = x³ - 3x + b over a prime field. */
export interface NistCurve {
  /** Bytes of a coordinate. */
  readonly size: number
  readonly prime: bigint
  readonly order: bigint
  readonly base: readonly [x: bigint, y: bigint]
}

const nist = (prime: bigint, order: bigint, x: bigint, y: bigint): NistCurve => ({
  size: Math.ceil(prime.toString(16).length / 2),
  prime,
  order,
  base: [x, y],
})

/** The curves that Go knows, by their object identifiers in hexadecimal. */
const CURVES: ReadonlyMap<string, NistCurve> = new Map([
  [
    '2b81040021',
    nist(
      0xffffffffffffffffffffffffffffffff000000000000000000000001n,
      0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
      0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
      0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
    ),
  ],
  [
    '2a8648ce3d030107',
    nist(
      0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
      0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
      0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    ),
  ],
  [
    '2b81040022',
    nist(
      0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
      0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    ),
  ],
  [
    '2b81040023',
    nist(
      0x1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffn,
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
      0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
      0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    ),
  ],
])

/** The curve of an object identifier in hexadecimal; undefined for one that Go does not know. */
export const nistCurve = (identifier: string): NistCurve | undefined => CURVES.get(identifier)

/** Jacobian coordinates: X/Z² and Y/Z³. */
function nistGroup({ prime, base: [x, y] }: NistCurve): Group {
  const mod = (value: bigint): bigint => modulo(value, prime)
  const double = ([x1 = 0n, y1 = 0n, z1 = 0n]: Point): Point => {
    const delta = mod(z1 * z1)
    const gamma = mod(y1 * y1)
    const beta = mod(x1 * gamma)
    const alpha = mod(3n * (x1 - delta) * (x1 + delta))
    const x3 = mod(alpha * alpha - 8n * beta)
    return [x3, mod(alpha * (4n * beta - x3) - 8n * gamma * gamma), mod(2n * y1 * z1)]
  }
  const add = (a: Point, b: Point): Point | undefined => {
    const [x1 = 0n, y1 = 0n, z1 = 0n] = a
    const [x2 = 0n, y2 = 0n, z2 = 0n] = b
    const [square1, square2] = [mod(z1 * z1), mod(z2 * z2)]
    const u1 = mod(x1 * square2)
    const s1 = mod(y1 * z2 * square2)
    const h = mod(x2 * square1 - u1)
    const r = mod(y2 * z1 * square1 - s1)
    if (h === 0n) return r === 0n ? double(a) : undefined
    const square = mod(h * h)
    const cube = mod(h * square)
    const x3 = mod(r * r - cube - 2n * u1 * square)
    return [x3, mod(r * (u1 * square - x3) - s1 * cube), mod(h * z1 * z2)]
  }
  return { base: [x, y, 1n], add, double }
}

/**
 * The public key of an EC private key (crypto/x509 parseECPrivateKey).
 * @param bytes the private number, big-endian
 * @returns the uncompressed point in hexadecimal; undefined for a number that is not a key of the curve
 */
export function nistPublicKey(curve: NistCurve, bytes: Uint8Array): string | undefined {
  const { size, prime, order } = curve
  const scalar = numberOf(bytes)
  const surplus = bytes.subarray(0, Math.max(0, bytes.length - Math.ceil(order.toString(16).length / 2)))
  if (scalar === 0n || scalar >= order || surplus.some((byte) => byte !== 0)) return undefined
  const [x = 0n, y = 0n, z = 0n] = multiplied(nistGroup(curve), scalar) ?? []
  const inverted = inverse(z, prime)
  const text = (value: bigint): string =>
    modulo(value, prime)
      .toString(16)
      .padStart(2 * size, '0')
  return `04${text(x * inverted ** 2n)}${text(y * inverted ** 3n)}`
}

/** Twisted Edwards curve of Ed25519 (RFC 8032, section 5.1) in extended coordinates: X/Z, Y/Z, and T with XY = ZT. */
const PRIME = 2n ** 255n - 19n
const TWICE_D = 2n * 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n
const BASE_X = 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an
const BASE_Y = 0x6666666666666666666666666666666666666666666666666666666666666658n

function addEdwards(a: Point, b: Point): Point {
  const [x1 = 0n, y1 = 0n, z1 = 0n, t1 = 0n] = a
  const [x2 = 0n, y2 = 0n, z2 = 0n, t2 = 0n] = b
  const minus = modulo((y1 - x1) * (y2 - x2), PRIME)
  const plus = modulo((y1 + x1) * (y2 + x2), PRIME)
  const c = modulo(t1 * TWICE_D * t2, PRIME)
  const d = modulo(2n * z1 * z2, PRIME)
  const [e, f, g, h] = [plus - minus, d - c, d + c, plus + minus]
  return [e * f, g * h, f * g, e * h].map((value) => modulo(value, PRIME))
}

const EDWARDS: Group = {
  base: [BASE_X, BASE_Y, 1n, modulo(BASE_X * BASE_Y, PRIME)],
  add: addEdwards,
  double: (a) => addEdwards(a, a),
}

const SEED_SIZE = 32

/** The public key of an Ed25519 seed in hexadecimal; undefined for a seed of another size than 32 bytes. */
export function ed25519PublicKey(seed: Uint8Array): string | undefined {
  if (seed.length !== SEED_SIZE) return undefined
  const number = numberOf(sha512(seed).subarray(0, SEED_SIZE).reverse())
  // The three lowest bits and the highest are cleared, and the one below the highest is set.
  const scalar = (number & (2n ** 254n - 8n)) | (2n ** 254n)
  const [x = 0n, y = 0n, z = 0n] = multiplied(EDWARDS, scalar) ?? []
  const inverted = inverse(z, PRIME)
  const sign = modulo(x * inverted, PRIME) & 1n
  const encoded = (modulo(y * inverted, PRIME) | (sign << 255n)).toString(16).padStart(2 * SEED_SIZE, '0')
  return encoded.match(/../g)?.reverse().join('')
}
