import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configDump, streamedConfigDump } from '../../src/answers/dump/config-dump.ts'
import { messagesOf, streamedMessages } from '../../src/answers/dump/resources.ts'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { streamEnvoyResources } from '../../src/envoy/stream.ts'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { caseNames, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'

const CASES = join(fileURLToPath(new URL('../../fixtures/conformance', import.meta.url)))

/** Every third case, which includes routers, sidecars, subsets, gateways and headless services. */
const SOME_CASES = caseNames(CASES, /./).filter((_, index) => index % 3 === 0)

/** The views of a case's proxies. */
function viewsOf(name: string): readonly ProxyView[] {
  const meshCase = readCase(CASES, name)
  const mesh = computeMesh(snapshotOf(meshCase))
  return meshCase.proxies.map((proxy) => computeProxyView(mesh, nodeOf(proxy)))
}

/** The printed form, including lists that are computed during writing. */
const printed = (value: unknown): string =>
  JSON.stringify(value, (_, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) && Symbol.iterator in item ? [...item] : item,
  )

describe('resources one after the other', () => {
  it.each(SOME_CASES)('are those that are held at once: %s', (name) => {
    for (const view of viewsOf(name)) {
      const held = buildEnvoyResources(view)
      expect(printed(streamedMessages(streamEnvoyResources(view)))).toBe(printed(messagesOf(held)))
      const dump = streamedConfigDump(view.proxy, streamEnvoyResources(view))
      expect(printed(dump)).toBe(printed(configDump(view.proxy, held)))
    }
  })

  it('may be walked through in any order, and again', () => {
    const [view] = viewsOf(SOME_CASES[0] ?? '') as [ProxyView]
    const held = buildEnvoyResources(view)
    const stream = streamEnvoyResources(view)
    const names = (facts: Iterable<{ readonly resource: { readonly name?: string; readonly clusterName?: string } }>) =>
      [...facts].map(({ resource }) => resource.name ?? resource.clusterName)
    expect(held.routes.length).toBeGreaterThan(0)
    for (let walk = 0; walk < 2; walk++) {
      expect(names(stream.routes())).toEqual(names(held.routes))
      expect(names(stream.endpoints())).toEqual(names(held.endpoints))
      expect(names(stream.clusters())).toEqual(names(held.clusters))
      expect(names(stream.listeners())).toEqual(names(held.listeners.listeners))
    }
  })
})
