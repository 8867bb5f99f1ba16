/** Everything that can be asked about a mesh, as text. */

import { isMap } from '../../src/common/collections.ts'
import type { Memory } from '../../src/common/memory.ts'
import { LookupTable, recordText } from '../../src/dns/lookup-table.ts'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { findConflicts } from '../../src/findings/conflicts/index.ts'
import { lint, syntheticProxies } from '../../src/findings/lint/index.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh, parseManifests } from '../../src/pipeline.ts'
import { ProxyError } from '../../src/proxy/error.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { parseIstioVersion } from '../../src/releases/version.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import type { JsonValue, SourceFile } from '../../src/sources/document.ts'

export interface Question {
  readonly files: readonly SourceFile[]
  /** Envoy nodes. */
  readonly nodes: readonly JsonValue[]
  readonly env: ReadonlyMap<string, string>
  readonly version: string
}

function namesOf(view: ProxyView): unknown {
  const table = computeNameTable(view)
  const lookup = new LookupTable(table, view)
  const answers = [...lookup.names()].flatMap((name) =>
    ['A', 'AAAA'].map((type) => {
      const answer = lookup.lookup(name, type)
      return answer.kind === 'answer' ? answer.records.map(recordText) : answer.kind
    }),
  )
  const records = [...table.values()].map(({ sources, ...record }) => ({
    ...record,
    sources: sources.map(({ service, rule, ips }) => `${service.source.location} ${rule} ${ips}`),
  }))
  return { records, answers }
}

function resourcesOf(view: ProxyView): unknown {
  const { listeners, clusters, endpoints, routes } = buildEnvoyResources(view)
  const all = [listeners.listeners, clusters, endpoints, routes] as readonly (readonly {
    readonly resource: unknown
    readonly origins: readonly { what: string; location: unknown; why: string }[]
  }[])[]
  return all.map((kind) =>
    kind.map(({ resource, origins }) => ({
      resource,
      origins: origins.map(({ what, location, why }) => `${what} ${location} ${why}`),
    })),
  )
}

function conflictsOf(view: ProxyView): unknown {
  const { conflicts, withoutListener } = findConflicts(view)
  return {
    conflicts: conflicts.map(({ winner, losers, ...rest }) => ({
      ...rest,
      parties: [winner, ...losers].map(({ host, port, location }) => `${host}:${port} ${location}`),
    })),
    withoutListener: withoutListener.map(({ host, port, reason }) => `${host}:${port} ${reason}`),
  }
}

function findingsOf({ registry, scope }: Mesh): unknown {
  const found = lint(
    { registry, scope, fromVersion: parseIstioVersion('1.24') },
    { proxies: syntheticProxies(scope, 'both'), severities: new Map() },
  )
  return found.map(({ rule, severity, message, object, location, related, namespaces, cause, proposals }) => [
    rule,
    severity,
    message,
    object,
    String(location),
    related.map((place) => `${place.message} ${place.location}`),
    namespaces,
    cause,
    [...proposals()].map(({ title, safe }) => [title, safe]),
  ])
}

/** What a proxy gets, or why it cannot be computed. */
function proxyOf(mesh: Mesh, node: JsonValue): unknown {
  try {
    const view = computeProxyView(mesh, parseNode(node, 'test node'))
    const targets = view.targets.map(
      ({ service, port, targetPort }) => `${service.hostname} ${port.number} ${targetPort}`,
    )
    return [namesOf(view), resourcesOf(view), view.proxy.type === 'router' ? [] : conflictsOf(view), targets]
  } catch (error) {
    if (error instanceof ProxyError) return error.message
    throw error
  }
}

function syntheticNodes(mesh: Mesh): readonly JsonValue[] {
  return ['default', 'istio-system'].map((namespace) => {
    const { id, metadata } = syntheticNode(namespace, mesh.snapshot)
    return { id, metadata: { ...Object.fromEntries(metadata), DNS_CAPTURE: 'true' } } as JsonValue
  })
}

/** @param memory that of the questions before, about other versions of the files */
export function answersTo({ files, nodes, env, version }: Question, memory?: Memory): readonly string[] {
  const { documents, problems } = parseManifests(files, '', memory)
  const istioVersion = parseIstioVersion(version)
  const snapshot = buildSnapshot(documents, { istiodEnv: env, istioVersion, memory })
  const mesh = computeMesh(snapshot)
  const { verdicts, unknownFields, unknownKinds, duplicates, yamlSurprises, features, mesh: settings } = snapshot
  const input = {
    problems: [...problems, ...snapshot.problems],
    verdicts: verdicts.map(({ resource, errors, warnings }) => [String(resource.location), errors, warnings]),
    unknown: unknownFields.map(({ resource, path, message }) => [String(resource.location.child(...path)), message]),
    kinds: unknownKinds.map(({ resource, message, hint }) => [String(resource.location), message, hint]),
    duplicates: duplicates.map(({ replaced, resource }) => `${replaced.location} ${resource.location}`),
    surprises: yamlSurprises.map(({ resource, path, read }) => `${resource.location} ${path} ${read}`),
    settings,
    version: features.version,
  }
  const hosts = mesh.registry.hosts.map(({ entry, host, addresses, reason }) => [
    `${entry.location}`,
    host,
    addresses,
    reason,
  ])
  const proxies = [...nodes, ...syntheticNodes(mesh)].map((node) => proxyOf(mesh, node))
  return [input, hosts, ...proxies, findingsOf(mesh)].map(textOf)
}

/** JSON with the contents of maps and sets. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item) => (isMap(item) || item instanceof Set ? [...item] : item), 1)
}
