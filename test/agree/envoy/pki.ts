/** Certificates of the test's own: one authority as the mesh's, and one as that of a gateway's user. */
import { Authority, type Certificate, subjectName } from '../../../src/sandbox/pki.ts'

interface Party {
  /** The certificate of the authority. */
  readonly ca: string
  /** Of a client that the authority vouches for. */
  readonly client: Certificate
}

export interface Pki {
  /** Its client has an identity of the mesh, as workloads have. */
  readonly mesh: Party
  /** Every `credentialName` and file of a Gateway that asks for certificates of clients. */
  readonly other: Party
  /** What servers present that no client checks. */
  readonly server: Certificate
}

const WORKLOAD = 'ns/default/sa/default'

async function partyOf(name: string, names: readonly string[]): Promise<Party> {
  const authority = await Authority.create(name)
  return { ca: authority.certificate, client: await authority.issue(names.map(subjectName)) }
}

/** @param trustDomains of the workloads that clients stand for */
export async function makePki(trustDomains: readonly string[]): Promise<Pki> {
  const identities = trustDomains.map((domain) => `spiffe://${domain}/${WORKLOAD}`)
  const mesh = await partyOf('mesh', identities)
  return { mesh, other: await partyOf('other', ['client.example.com']), server: mesh.client }
}
