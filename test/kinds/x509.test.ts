import 'reflect-metadata'
import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type webcrypto,
} from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'
import { expect, test } from 'vitest'
import { ed25519PublicKey, nistCurve, nistPublicKey } from '../../src/kinds/curves.ts'
import { keyPairProblem } from '../../src/kinds/x509.ts'

const OTHER = 'the private key does not belong to the certificate'
const UNREADABLE = 'the private key cannot be read'

interface Algorithm extends webcrypto.EcKeyGenParams {
  readonly hash: string
}

/** A self-signed certificate with its key. */
async function pairOf(algorithm: Algorithm): Promise<{ certificate: string; key: KeyObject }> {
  const keys = await crypto.subtle.generateKey(algorithm as webcrypto.EcKeyGenParams, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=shop.example.com',
    keys,
    signingAlgorithm: algorithm,
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  return { certificate: certificate.toString('pem'), key: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) }
}

const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1'): string => key.export({ type, format: 'pem' }).toString()

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const RSA = { ...EC, name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
const ED = { ...EC, name: 'Ed25519' }
const ALGORITHMS = [EC, { ...EC, namedCurve: 'P-384' }, { ...EC, namedCurve: 'P-521' }, RSA, ED]

test.each(ALGORITHMS)('a pair of $name $namedCurve belongs together, and another key does not', async (algorithm) => {
  const [own, other] = [await pairOf(algorithm), await pairOf(algorithm)]
  expect(keyPairProblem(own.certificate, pem(own.key, 'pkcs8'))).toBeUndefined()
  expect(keyPairProblem(own.certificate, pem(other.key, 'pkcs8'))).toBe(OTHER)
})

test('keys of another algorithm do not belong to a certificate', async () => {
  const [ec, ed] = [await pairOf(EC), await pairOf(ED)]
  expect(keyPairProblem(ec.certificate, pem(ed.key, 'pkcs8'))).toBe(OTHER)
  expect(keyPairProblem(ed.certificate, pem(ec.key, 'pkcs8'))).toBe(OTHER)
})

test('forms of one key are read, and others are refused as by Go', async () => {
  const [ec, rsa] = [await pairOf(EC), await pairOf(RSA)]
  expect(keyPairProblem(ec.certificate, pem(ec.key, 'sec1'))).toBeUndefined()
  expect(keyPairProblem(rsa.certificate, pem(rsa.key, 'pkcs1'))).toBeUndefined()
  const exchange = pem(generateKeyPairSync('x25519').privateKey, 'pkcs8')
  expect(keyPairProblem(ec.certificate, exchange)).toBe(UNREADABLE)
  const bitcoin = pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'pkcs8')
  expect(keyPairProblem(ec.certificate, bitcoin)).toBe(UNREADABLE)
})

/** SEC 1 without the public key: a version, the number, and the curve P-256. */
const withoutPublic = (scalar: Buffer): string => {
  const der = Buffer.concat([
    Buffer.from('30310201010420', 'hex'),
    scalar,
    Buffer.from('a00a06082a8648ce3d030107', 'hex'),
  ])
  return `-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64')}\n-----END EC PRIVATE KEY-----\n`
}

test('an EC key without its public part is compared, and the public part is not believed', async () => {
  const { certificate, key } = await pairOf(EC)
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  expect(keyPairProblem(certificate, withoutPublic(scalar))).toBeUndefined()
  const changed = Buffer.from(scalar)
  changed[31] = (changed[31] ?? 0) ^ 1
  expect(keyPairProblem(certificate, withoutPublic(changed))).toBe(OTHER)
  expect(keyPairProblem(certificate, withoutPublic(Buffer.alloc(32, 0xff)))).toBe(UNREADABLE)
  const stated = key.export({ type: 'sec1', format: 'der' })
  const swapped = Buffer.from(stated.toString('hex').replace(scalar.toString('hex'), changed.toString('hex')), 'hex')
  const text = `-----BEGIN EC PRIVATE KEY-----\n${swapped.toString('base64')}\n-----END EC PRIVATE KEY-----\n`
  expect(keyPairProblem(certificate, text)).toBe(OTHER)
})

test.each([
  ['2b81040021', 'secp224r1'],
  ['2a8648ce3d030107', 'prime256v1'],
  ['2b81040022', 'secp384r1'],
  ['2b81040023', 'secp521r1'],
])('public keys of the curve %s are those of %s', (identifier, name) => {
  const curve = nistCurve(identifier)
  for (let i = 0; i < 20; i++) {
    const ecdh = createECDH(name)
    const point = ecdh.generateKeys('hex', 'uncompressed')
    expect(curve && nistPublicKey(curve, ecdh.getPrivateKey())).toBe(point)
  }
})

test('public keys of Ed25519 are those of OpenSSL', () => {
  for (let i = 0; i < 20; i++) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
    const expected = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url')
    expect(ed25519PublicKey(seed)).toBe(expected.toString('hex'))
  }
})
