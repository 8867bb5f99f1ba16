/** The secrets that Istio's agent and Kubernetes would deliver to the proxies of a sandbox. */
import { oncePerKey } from '../../common/once.ts'
import type { Json } from '../envoy/json.ts'
import type { SecretName } from '../envoy/stock.ts'
import type { CertificateRequest, OutsideHandlers } from '../messages.ts'
import { Authority, type Certificate, subjectName } from '../pki.ts'

/** The certificate of the proxy's own workload, and the authority of the mesh. */
const OWN = 'default'
const MESH_ROOT = 'ROOTCA'

export class Secrets {
  readonly #mesh: Authority
  readonly #outside: Authority
  readonly #issued: (key: string) => Promise<Certificate>

  private constructor(mesh: Authority, outside: Authority) {
    this.#mesh = mesh
    this.#outside = outside
    this.#issued = oncePerKey((key: string) => {
      const { authority, names } = JSON.parse(key) as CertificateRequest
      return (authority === 'mesh' ? mesh : outside).issue(names.map(subjectName))
    })
  }

  static async create(): Promise<Secrets> {
    return new Secrets(
      await Authority.create('vipctl sandbox authority of the mesh'),
      await Authority.create('vipctl sandbox authority outside of the mesh'),
    )
  }

  /** The authority of servers outside of the mesh, in PEM. */
  get outside(): string {
    return this.#outside.certificate
  }

  /** The authority of the mesh, in PEM. */
  get mesh(): string {
    return this.#mesh.certificate
  }

  /** A certificate with the authorities by which its owner judges others. */
  readonly issue: OutsideHandlers['certificate'] = async ({ authority, names }) => ({
    ...(await this.#issued(JSON.stringify({ authority, names }))),
    ca: this.#mesh.certificate + this.#outside.certificate,
  })

  /**
   * The content of a secret.
   * @param identity of the proxy's workload
   * @param hosts for which a proxy may present the certificate
   */
  async content({ name, use }: SecretName, identity: string, hosts: readonly string[]): Promise<Json> {
    const text = (inlineString: string): Json => ({ inlineString })
    if (use === 'authority') {
      const { certificate } = name === MESH_ROOT ? this.#mesh : this.#outside
      return { validationContext: { trustedCa: text(certificate) } }
    }
    const request: CertificateRequest =
      name === OWN ? { authority: 'mesh', names: [identity] } : { authority: 'outside', names: hosts }
    const { key, cert } = await this.issue(request)
    return { tlsCertificate: { certificateChain: text(cert), privateKey: text(key) } }
  }
}
