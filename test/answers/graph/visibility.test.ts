/** The audiences of a mesh, against a whole view of each namespace. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { audiencesOf } from '../../../src/answers/graph/visibility/audiences.ts'
import { hostVerdicts } from '../../../src/answers/graph/visibility/host.ts'
import { sidecarNamespaces } from '../../../src/findings/lint/index.ts'
import type { Mesh } from '../../../src/pipeline.ts'
import { buildProxy } from '../../../src/proxy/node.ts'
import { syntheticNode } from '../../../src/proxy/select.ts'
import type { Service } from '../../../src/registry/service.ts'
import { viewOf } from '../../../src/scope/build.ts'
import { ROOT } from '../../commands/cli.ts'
import { entry, meshOf, service } from '../../support/mesh.ts'

const nameOf = ({ source, hostname }: Service): string =>
  `${source.kind} ${source.meta.namespace}/${source.meta.name} ${hostname}`

/** Who sees each host of an object, one whole view at a time. */
function expected({ snapshot, scope }: Mesh): ReadonlyMap<string, readonly string[]> {
  const seen = new Map<string, string[]>(scope.registry.services.map((each) => [nameOf(each), []]))
  for (const namespace of sidecarNamespaces(snapshot)) {
    const view = viewOf(buildProxy(syntheticNode(namespace, snapshot), snapshot), scope)
    const names = new Set(view.egressListeners.flatMap(({ services }) => services.map(nameOf)))
    for (const name of names) seen.get(name)?.push(namespace)
  }
  return seen
}

function computed({ scope }: Mesh): ReadonlyMap<string, readonly string[]> {
  const audiences = audiencesOf(scope)
  const order = scope.registry.services.map(nameOf)
  const pairs = audiences.flatMap(({ namespaces, services }) =>
    services.map((each) => [nameOf(each), namespaces] as const),
  )
  return new Map(pairs.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)))
}

/** The same by the verdicts on each host. */
function judged({ scope }: Mesh): ReadonlyMap<string, readonly string[]> {
  const seen = new Map<string, readonly string[]>(scope.registry.services.map((each) => [nameOf(each), []]))
  for (const host of scope.registry.servicesByHost.keys()) {
    for (const verdict of hostVerdicts(host, scope)) {
      if (verdict.rule === 'used') seen.set(nameOf(verdict.service), verdict.namespaces)
    }
  }
  return seen
}

const CASES = join(ROOT, 'fixtures/conformance')
const SCOPES = readdirSync(CASES).filter((name) => /scope|namespaces|export|sidecar|same-host|visib/.test(name))

const SIDECAR = (namespace: string, hosts: string, more = ''): string => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: ${namespace}
spec:
  egress:
  - hosts: [${hosts}]
${more}`

const inNamespace = (name: string, namespace: string, host: string, exportTo = '*'): string =>
  entry(
    name,
    `  hosts: [${host}]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n  resolution: DNS\n  exportTo: ["${exportTo}"]`,
    `namespace: ${namespace}`,
  )

const MIXED = [
  ...['a', 'b', 'c', 'd'].map((namespace) => service('web', '10.0.0.1', namespace)),
  inNamespace('one', 'a', 'shared.example.com'),
  inNamespace('two', 'b', 'shared.example.com', '.'),
  inNamespace('three', 'c', 'only-d.example.com', 'd'),
  inNamespace('four', 'a', 'hidden.example.com', '~'),
  SIDECAR('d', '"./*", "a/*.example.com"'),
  SIDECAR('b', '"*/*"'),
  SIDECAR('istio-system', '"./*", "c/*"'),
].join('\n---\n')

describe('audiences', () => {
  it.each(SCOPES)('of case %s are those of whole views', (name) => {
    const mesh = meshOf(readFileSync(join(CASES, name, 'input.yaml'), 'utf8'))
    expect(computed(mesh)).toEqual(expected(mesh))
    expect(judged(mesh)).toEqual(expected(mesh))
  })

  it('apply exports, Sidecars and the choice of an object together', () => {
    const mesh = meshOf(MIXED)
    expect(computed(mesh)).toEqual(expected(mesh))
    expect(judged(mesh)).toEqual(expected(mesh))
    expect(Object.fromEntries(expected(mesh))).toMatchObject({
      'ServiceEntry a/four hidden.example.com': [],
      'ServiceEntry c/three only-d.example.com': [],
      'ServiceEntry b/two shared.example.com': ['b'],
    })
  })
})
