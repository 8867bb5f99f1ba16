/**
 * A stock Envoy that gets the resources of a proxy as istiod delivers them, each kind on its own and by name, so that its
 * configuration dump has them where that of a real proxy has. They are delivered in files instead of by gRPC.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonValue } from '../../../src/sources/document.ts'
import type { Pki } from './pki.ts'
import { EnvoyProcess, temporaryFolder } from './process.ts'

type Mapping = { [key: string]: JsonValue }

/** Resources by kind, in protobuf's JSON form. */
export interface Delivered {
  readonly lds: readonly Mapping[]
  readonly rds: readonly Mapping[]
  readonly cds: readonly Mapping[]
  readonly eds: readonly Mapping[]
}

const TYPES = {
  lds: 'envoy.config.listener.v3.Listener',
  rds: 'envoy.config.route.v3.RouteConfiguration',
  cds: 'envoy.config.cluster.v3.Cluster',
  eds: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  sds: 'envoy.extensions.transport_sockets.tls.v3.Secret',
} as const

type Kind = keyof typeof TYPES

/** Istio's own extensions, which a stock Envoy lacks. */
export const isIstio = (value: unknown): boolean =>
  isMapping(value) && typeof value.name === 'string' && value.name.startsWith('istio') && 'typedConfig' in value

/** Fields that need privileges, or would take ports of the machine. */
const LEFT_OUT: ReadonlySet<string> = new Set(['transparent', 'bindToPort'])

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A resolver that refuses at once, because Envoy waits for the addresses of names before it takes listeners. */
const NO_NAMES = {
  name: 'envoy.network.dns_resolver.cares',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
    resolvers: [{ socketAddress: { address: '127.0.0.1', portValue: 1 } }],
  },
}

/** The fields of a secret besides its name: a certificate of the mesh, or the authority that signs those of others. */
export function secretContent({ mesh: { client, ca } }: Pki, isAuthority: boolean): Mapping {
  if (isAuthority) return { validationContext: { trustedCa: { inlineString: ca } } }
  const { cert, key } = client
  return { tlsCertificate: { certificateChain: { inlineString: cert }, privateKey: { inlineString: key } } }
}

/** Where the resources of one Envoy are. */
export class Delivery {
  readonly #folder = temporaryFolder()
  readonly #pki: Pki
  readonly #files = new Map<string, string>()

  constructor(pki: Pki) {
    this.#pki = pki
  }

  /** The file of a resource, or of all of a kind; the same for each use of a name. */
  #pathOf(kind: Kind, name: string): string {
    const key = `${kind} ${name}`
    const known = this.#files.get(key) ?? join(this.#folder, `${kind}-${this.#files.size}.json`)
    this.#files.set(key, known)
    return known
  }

  #source(kind: Kind, name: string): Mapping {
    return { pathConfigSource: { path: this.#pathOf(kind, name) }, resourceApiVersion: 'V3' }
  }

  #write(kind: Kind, name: string, resources: readonly Mapping[]): void {
    const typed = resources.map((resource) => ({ '@type': `type.googleapis.com/${TYPES[kind]}`, ...resource }))
    writeFileSync(this.#pathOf(kind, name), JSON.stringify({ versionInfo: '1', resources: typed }))
  }

  /** What a stock Envoy can run of the resources of a proxy, with the test's own places of delivery. */
  runnable({ lds, rds, cds, eds }: Delivered): Delivered {
    const withoutPorts = (listener: Mapping): Mapping => ({ ...listener, bindToPort: false })
    return {
      lds: lds.map((listener) => withoutPorts(this.#changed(listener) as Mapping)),
      rds: rds.map((routes) => this.#changed(routes) as Mapping),
      cds: cds.map((cluster) => this.#changed(cluster, String(cluster.name)) as Mapping),
      eds,
    }
  }

  /** @param owner the cluster that the value is a part of */
  #changed(value: JsonValue, owner = ''): JsonValue {
    if (Array.isArray(value)) return value.filter((item) => !isIstio(item)).map((item) => this.#changed(item, owner))
    if (!isMapping(value)) return value
    const fields = Object.entries(value).filter(([field]) => !LEFT_OUT.has(field))
    return Object.fromEntries(fields.map(([field, item]) => [field, this.#field(field, item, value, owner)]))
  }

  #field(field: string, item: JsonValue, { routeConfigName, name }: Mapping, owner: string): JsonValue {
    if (field === 'configSource') return this.#source('rds', String(routeConfigName))
    if (field === 'edsConfig') return this.#source('eds', owner)
    if (field === 'sdsConfig') return this.#secret(String(name))
    return this.#changed(item, owner)
  }

  /** A certificate, or the authority that signs those of others, by the names that istiod gives them. */
  #secret(name: string): Mapping {
    const isAuthority = name === 'ROOTCA' || name.startsWith('file-root:') || name.endsWith('-cacert')
    this.#write('sds', name, [{ name, ...secretContent(this.#pki, isAuthority) }])
    return this.#source('sds', name)
  }

  /** Writes the resources, and makes the bootstrap that refers to them. */
  bootstrap({ lds, rds, cds, eds }: Delivered, node: Mapping, port: number): object {
    for (const routes of rds) this.#write('rds', String(routes.name), [routes])
    for (const assignment of eds) this.#write('eds', String(assignment.clusterName), [assignment])
    this.#write('lds', '', lds)
    this.#write('cds', '', cds)
    return {
      node: { cluster: 'agree', ...node },
      admin: { address: { socketAddress: { address: '127.0.0.1', portValue: port } } },
      typedDnsResolverConfig: NO_NAMES,
      dynamicResources: { ldsConfig: this.#source('lds', ''), cdsConfig: this.#source('cds', '') },
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function asked(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`)
    return { status: answer.status, text: await answer.text() }
  } catch {
    return { status: 0, text: '' }
  }
}

/** Envoy is ready when it has all resources, and does not become so if it refuses some. */
const MOST_WAITS = 800
const PAUSE_MS = 25

/** An Envoy whose admin interface answers. */
export class DeliveredEnvoy {
  readonly #process: EnvoyProcess

  private constructor(process: EnvoyProcess) {
    this.#process = process
  }

  /** @throws Error with Envoy's messages when it does not start */
  static async start(binary: string, bootstrapOf: (port: number) => object): Promise<DeliveredEnvoy> {
    const process = await EnvoyProcess.start(
      binary,
      1,
      ([port = 0]) => bootstrapOf(port),
      [],
      async (port) => (await asked(port, 'ready')).status !== 0,
    )
    const envoy = new DeliveredEnvoy(process)
    for (let waits = 0; waits < MOST_WAITS && (await asked(envoy.#port, 'ready')).status !== 200; waits++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return envoy
  }

  get #port(): number {
    return this.#process.ports[0] ?? 0
  }

  /** The answer of the admin interface. */
  async get(path: string): Promise<string> {
    return (await asked(this.#port, path)).text
  }

  stop(): void {
    this.#process.stop()
  }
}
