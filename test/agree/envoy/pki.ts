/** Certificates of the test's own: one authority as the mesh's, and one as that of a gateway's user. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './process.ts'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

interface Authority {
  readonly ca: string
  /** Of a client that the authority vouches for. */
  readonly client: Certificate
}

export interface Pki {
  /** Its client has an identity of the mesh, as workloads have. */
  readonly mesh: Authority
  /** Every `credentialName` and file of a Gateway that asks for certificates of clients. */
  readonly other: Authority
  /** What servers present that no client checks. */
  readonly server: Certificate
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const DAYS = ['-days', '2']
const WORKLOAD = 'ns/default/sa/default'

const openssl = (args: readonly string[]): Buffer =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] })

function authority(folder: string, name: string, subjectAltName: string): Authority {
  const at = (file: string): string => join(folder, `${name}-${file}`)
  const text = (file: string): string => readFileSync(at(file), 'utf8')
  openssl(['req', '-x509', ...KEY, ...DAYS, '-subj', `/CN=${name}`, '-keyout', at('ca.key'), '-out', at('ca.pem')])
  openssl(['req', ...KEY, '-subj', '/CN=client', '-keyout', at('key.pem'), '-out', at('csr.pem')])
  writeFileSync(at('ext'), `subjectAltName=${subjectAltName}\n`)
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('ext'), ...DAYS]
  openssl(['x509', '-req', '-in', at('csr.pem'), ...signed, '-out', at('cert.pem')])
  return { ca: text('ca.pem'), client: { key: text('key.pem'), cert: text('cert.pem') } }
}

/** @param trustDomains of the workloads that clients stand for */
export function makePki(trustDomains: readonly string[]): Pki {
  const folder = temporaryFolder()
  try {
    const identities = trustDomains.map((domain) => `URI:spiffe://${domain}/${WORKLOAD}`).join(',')
    const mesh = authority(folder, 'mesh', identities)
    return { mesh, other: authority(folder, 'other', 'DNS:client.example.com'), server: mesh.client }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
