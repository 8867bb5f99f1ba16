/** Certificate authorities of the sandbox's own: one as the mesh's, and one as that of every server outside of it. */
import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR_MS = 3_600_000
const DAYS_MS = 7 * 24 * HOUR_MS

/** In PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** What a certificate is for: `spiffe://...` or the name of a server. */
export type SubjectName = { readonly type: 'url' | 'dns'; readonly value: string }

const isUrl = (name: string): boolean => name.includes('://')

export const subjectName = (value: string): SubjectName => ({ type: isUrl(value) ? 'url' : 'dns', value })

const validity = () => ({ notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + DAYS_MS) })

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

function pem(label: string, bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

const keyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', key))

export class Authority {
  readonly #subject: string
  readonly #keys: webcrypto.CryptoKeyPair
  /** In PEM. */
  readonly certificate: string

  private constructor(subject: string, keys: webcrypto.CryptoKeyPair, certificate: string) {
    this.#subject = subject
    this.#keys = keys
    this.certificate = certificate
  }

  /** @param name the common name of its subject */
  static async create(name: string): Promise<Authority> {
    const keys = await newKeys()
    const subject = `CN=${name}`
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: subject,
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    })
    return new Authority(subject, keys, `${certificate.toString('pem')}\n`)
  }

  /** A certificate for clients and servers. */
  async issue(names: readonly SubjectName[]): Promise<Certificate> {
    const keys = await newKeys()
    const certificate = await X509CertificateGenerator.create({
      subject: 'CN=vipctl sandbox workload',
      issuer: this.#subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [new SubjectAlternativeNameExtension([...names])],
    })
    return { key: await keyPem(keys.privateKey), cert: `${certificate.toString('pem')}\n` }
  }
}
