/** What effects say about two meshes, for tests. */
import { compareProxy } from '../../../src/difference/compare-proxy.ts'
import { effectsOf, effectsOfMesh } from '../../../src/difference/effects/index.ts'
import type { Effect } from '../../../src/difference/model.ts'
import { lint, syntheticProxies } from '../../../src/findings/lint/index.ts'
import type { Mesh } from '../../../src/pipeline.ts'
import { type MeshOptions, meshOf, type NodeOptions, viewOf } from '../../support/mesh.ts'

const lines = (effects: readonly Effect[]): readonly string[] =>
  effects.map(({ kind, sentence }) => `${kind}: ${sentence}`)

/** The effects of one proxy. */
export function proxyEffects(
  before: string,
  after: string,
  node: NodeOptions = {},
  { mesh = {}, nodeAfter = node }: { readonly mesh?: MeshOptions; readonly nodeAfter?: NodeOptions } = {},
): readonly Effect[] {
  return effectsOf(compareProxy({ before: viewOf(before, node, mesh), after: viewOf(after, nodeAfter, mesh) }))
}

/** The same as lines of `KIND: SENTENCE`. */
export const said = (...sides: Parameters<typeof proxyEffects>): readonly string[] => lines(proxyEffects(...sides))

const findingsOf = ({ registry, scope }: Mesh) =>
  lint({ registry, scope, fromVersion: undefined }, { proxies: syntheticProxies(scope, 'mesh'), severities: new Map() })

/** The effects that do not depend on proxies; findings only if they are asked for. */
export function meshEffects(before: string, after: string, withFindings = false): readonly Effect[] {
  const side = (manifests: string) => {
    const mesh = meshOf(manifests)
    return { scope: mesh.scope, findings: withFindings ? findingsOf(mesh) : [] }
  }
  return effectsOfMesh({ before: side(before), after: side(after) })
}

export const saidOfMesh = (...sides: Parameters<typeof meshEffects>): readonly string[] => lines(meshEffects(...sides))

/** A VirtualService of the mesh in namespace default; `http` is a list in flow style or indented by two. */
export const virtualService = (host: string, http: string, more = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${host.replace(/\W/g, '-')}, namespace: default}
spec:
  hosts: [${host}]
${more}
  http: ${http}
---`

/** A DestinationRule in namespace default; `spec` in flow style without braces. */
export const destinationRule = (host: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${host.replace(/\W/g, '-')}, namespace: default}
spec: {host: ${host}, ${spec}}
---`

/** An entry with a TCP port, resolved by DNS. */
export const database = (name: string, more = '', created = ''): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: default${created === '' ? '' : `, creationTimestamp: "${created}"`}}
spec:
  hosts: [${name}.example.com]
  resolution: DNS
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  ${more}
---`
