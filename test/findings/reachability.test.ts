import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases, examine } from './meshes.ts'

const DEFAULT_CLUSTER = /^outbound\|\d+\|\|/

/** Every text in a value that is the name of a cluster somewhere: what `grep` would find. */
function textsIn(value: unknown, texts = new Set<string>()): Set<string> {
  if (typeof value === 'string') texts.add(value)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) textsIn(item, texts)
  return texts
}

/** The clusters of the reference's own answer that nothing in its listeners and routes names. */
function unreachedByReference(folder: string, proxy: string): string[] {
  const read = (kind: string) => JSON.parse(readFileSync(join(folder, 'expected', proxy, `${kind}.json`), 'utf8'))
  const named = textsIn([read('lds'), read('rds')])
  return (read('cds') as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => DEFAULT_CLUSTER.test(name) && !named.has(name))
    .sort()
}

describe.each(allCases())('%s/%s', (folder, name) => {
  const meshCase = readCase(folder, name)
  const sidecars = meshCase.proxies.filter((proxy) => nodeOf(proxy).id.startsWith('sidecar~'))

  it.skipIf(sidecars.length === 0)('losers and ports without a listener are what the reference leads nothing to', () => {
    for (const proxy of sidecars) {
      const { report } = examine(snapshotOf(meshCase), () => nodeOf(proxy))
      const found = [...report.conflicts.flatMap(({ losers }) => losers), ...report.withoutListener]
      const clusters = new Set(found.map(({ host, port }) => `outbound|${port}||${host}`))
      expect([...clusters].sort(), proxy.name).toEqual(unreachedByReference(meshCase.folder, proxy.name))
    }
  })
})
