/** Loads the meshes in fixtures/scenarios and answers a user's questions about them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { answerMessage } from '../../src/answers/dns/message.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import type { Node } from '../../src/proxy/node.ts'
import { selectNode } from '../../src/proxy/select.ts'
import { ASSUMED_NOTHING } from '../../src/resources/assumed/options.ts'
import { buildSnapshot, type SnapshotOptions } from '../../src/resources/index.ts'
import { type Join, withJoins } from '../../src/resources/intake/join.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { type ConnectionOutcome, type ConnectionRequest, connect } from '../../src/simulation/connect.ts'
import { type ReceivedResources, receivedResources } from '../../src/simulation/resources.ts'
import { parseDocuments } from '../../src/sources/index.ts'

export interface MeshOptions extends SnapshotOptions {
  /** Folders of remote clusters by ID. */
  readonly remote?: Readonly<Record<string, string>>
  /** Machines that join WorkloadGroups. */
  readonly joins?: readonly Join[]
}

const SCENARIOS = fileURLToPath(new URL('../../fixtures/scenarios/', import.meta.url))

function documentsOf(folder: string, cluster: string) {
  const files = readdirSync(SCENARIOS + folder).filter((file) => file.endsWith('.yaml'))
  return files
    .sort()
    .flatMap((file) => parsed(`${folder}/${file}`, readFileSync(`${SCENARIOS}${folder}/${file}`, 'utf8'), cluster))
}

function parsed(name: string, text: string, cluster: string) {
  const { documents, problems } = parseDocuments({ name, text }, cluster)
  if (problems.length > 0) throw new Error(`${name}: ${problems[0]?.message}`)
  return documents
}

/**
 * @param folders of the local cluster, in fixtures/scenarios
 * @throws Error when a manifest is invalid or rejected, because a scenario is a mesh that istiod accepts
 */
export function loadMesh(folders: string | readonly string[], options: MeshOptions = {}): Mesh {
  const documents = [
    ...[folders].flat().flatMap((folder) => documentsOf(folder, '')),
    ...Object.entries(options.remote ?? {}).flatMap(([id, folder]) => documentsOf(folder, id)),
  ]
  const snapshot = buildSnapshot(documents, {
    assume: ASSUMED_NOTHING,
    ...options,
    remotes: Object.keys(options.remote ?? {}),
  })
  const said = [
    ...snapshot.problems.map(({ message }) => message),
    ...snapshot.unknownFields.map(({ message }) => message),
    ...snapshot.verdicts.flatMap(({ errors }) => errors.map(({ message }) => message)),
  ]
  if (said.length > 0) throw new Error(`${[folders].flat()}: ${said.join('; ')}`)
  return computeMesh(withJoins(snapshot, options.joins ?? []))
}

/** One proxy and everything that it receives. */
export class ProxyUnderTest {
  readonly view: ProxyView
  #resources: ReceivedResources | undefined
  #names: LookupTable | undefined

  constructor(mesh: Mesh, node: Node) {
    this.view = computeProxyView(mesh, node)
  }

  get resources(): ReceivedResources {
    this.#resources ??= receivedResources(buildEnvoyResources(this.view))
    return this.#resources
  }

  get names(): LookupTable {
    this.#names ??= new LookupTable(computeNameTable(this.view), this.view)
    return this.#names
  }

  /** `OWNER TTL IN TYPE DATA`, CNAMEs first, or `upstream`. */
  dig(name: string, type = 'A'): readonly string[] | 'upstream' {
    const { answers, upstream } = answerMessage({ name, type }, this.names.lookup(name, type))
    return upstream ? 'upstream' : (answers ?? [])
  }

  /** The addresses of a name, or `upstream`. */
  resolve(name: string, type = 'A'): readonly string[] | 'upstream' {
    const answer = this.names.lookup(name, type)
    if (answer.kind === 'upstream') return 'upstream'
    return answer.records.filter((record) => record.type === type).map((record) => record.data)
  }

  /** The outcome of a connection from the application behind this proxy. */
  connect(request: ConnectionRequest): ConnectionOutcome {
    return connect(this.resources, this.view.proxy.dnsCapture ? this.names : undefined, request)
  }

  /** Names of the listeners on a port. */
  listenersOn(port: number): readonly string[] {
    return this.resources.lds
      .filter(({ address }) => address?.socketAddress?.portValue === port)
      .map(({ name }) => name)
  }

  /** Names of the clusters for outbound traffic. */
  outboundClusters(): readonly string[] {
    return this.resources.cds.map(({ name }) => name).filter((name) => name.startsWith('outbound|'))
  }
}

/**
 * @param name `[TYPE/]NAME[.NAMESPACE]` as for `--proxy`
 * @param metadata overrides the node's own, as `--meta` does
 */
export function proxyOf(mesh: Mesh, name: string, metadata: Readonly<Record<string, string>> = {}): ProxyUnderTest {
  const { node } = selectNode(name, 'default', mesh.snapshot)
  return new ProxyUnderTest(mesh, withMetadata(node, metadata))
}

function withMetadata(node: Node, metadata: Readonly<Record<string, string>>): Node {
  return { ...node, metadata: new Map([...node.metadata, ...Object.entries(metadata)]) }
}
