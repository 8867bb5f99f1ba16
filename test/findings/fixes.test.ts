import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { editManifests } from '../../src/findings/edits/index.ts'
import { changeSet, type Fix, planFixes } from '../../src/findings/fixes/index.ts'
import { changeText } from '../../src/findings/fixes/text.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { MASTER } from '../../src/releases/version.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases } from '../conformance/sets.ts'
import { type Examined, examine, examineText, fixesOf } from './meshes.ts'

const fixture = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/conflicts/${path}`, import.meta.url)), 'utf8')

const entry = (name: string, rest: string, namespace = 'default') => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  hosts: [${name}.example.com]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
${rest}`

const DNS = '  resolution: DNS\n'

const CAPTURE = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    defaultConfig:
      # Names first.
      proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}
`

const LEGACY = { istiodEnv: new Map([['PILOT_ENABLE_IP_AUTOALLOCATE', 'false']]) }

/** Kinds and titles of the only conflict's fixes. */
function titles(examined: Examined): [string, string][] {
  const [conflict] = fixesOf(examined)
  return (conflict?.fixes ?? []).map(({ kind, title }) => [kind, title])
}

/** The mesh after a fix, read from its edited manifests. */
function afterwards(text: string, fix: Fix, namespace = 'default'): Examined {
  const { documents } = parseDocuments({ name: 'mesh.yaml', text }, '')
  const snapshot = buildSnapshot(documents, { istioVersion: MASTER })
  const again = fixesOf(
    examine(snapshot, (changed) => syntheticNode(namespace, changed)),
    [fix.kind],
  )
  const { texts, added } = editManifests(changeSet(again[0]?.fixes[0]?.changes ?? []), snapshot)
  const [edited = text] = texts.values()
  return examineText(`${edited}${added ? `---\n${added.text}` : ''}`, namespace)
}

describe('fixes', () => {
  it('are addresses, DNS capture and another port for databases without an address', () => {
    expect(titles(examineText(fixture('databases/databases.yaml')))).toEqual([
      ['dns-capture', 'capture DNS, so that hosts without an address get automatic ones'],
      [
        'addresses',
        'give default/users-db and default/stock-db their own addresses and capture DNS, so that clients get them',
      ],
      [
        'port',
        'move default/users-db and default/stock-db from port 3306 to separate ports, for clients to use instead',
      ],
    ])
  })

  it('offer no DNS capture where it is on already, and addresses that clients get from it', () => {
    const optOut = '\nmetadata: {name: b, labels: {networking.istio.io/enable-autoallocate-ip: "false"}}'
    const text = [entry('a', DNS), entry('b', DNS)].join('').replace(/\nmetadata: \{name: b.*\}/, optOut)
    const both = text.replace(/\nmetadata: \{name: a.*\}/, optOut.replace('name: b', 'name: a'))
    expect(titles(examineText(both + CAPTURE))).toEqual([
      ['addresses', 'give default/b the address 240.241.0.1'],
      ['port', 'move default/b from port 3306 to port 3307, for clients to use instead'],
    ])
  })

  it('let proxies use hashed addresses where DNS capture alone gives none', () => {
    const examined = examineText(entry('a', DNS) + entry('b', DNS) + CAPTURE, 'default', LEGACY)
    const fix = fixesOf(examined)[0]?.fixes.find(({ kind }) => kind === 'dns-capture')
    expect(fix && changeText(fix.changes)).toContain('ISTIO_META_DNS_AUTO_ALLOCATE: "true"')
  })

  it('give an entry the addresses of its endpoints, without anything about DNS', () => {
    const fixed = entry('b', '  resolution: STATIC\n  endpoints: [{address: 10.9.0.1}]\n')
    expect(titles(examineText(entry('a', DNS) + fixed))[0]).toEqual([
      'addresses',
      'give default/b the address 10.9.0.1 of its endpoints',
    ])
  })

  it('invent no address where traffic keeps the one that was dialled', () => {
    const examined = examineText(entry('a', '  resolution: NONE\n') + entry('b', '  resolution: NONE\n'))
    expect(fixesOf(examined)[0]?.fixes.map(({ kind }) => kind)).toEqual(['port', 'merge'])
  })

  it('move the winner where the loser is a Service', () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.9, ports: [{port: 3306, name: http}]}
`
    const mysql = entry('a', DNS)
      .replace('TCP', 'MYSQL')
      .replace('metadata: {', "metadata: {creationTimestamp: '2020-01-01T00:00:00Z', ")
    const young = service.replace('metadata: {', "metadata: {creationTimestamp: '2021-01-01T00:00:00Z', ")
    const examined = examineText(mysql + young)
    expect(examined.report.conflicts[0]).toMatchObject({ rule: 'server-first', losers: [{ kind: 'Service' }] })
    expect(titles(examined)).toContainEqual([
      'port',
      'move default/a from port 3306 to port 3307, for clients to use instead',
    ])
  })

  it('merge entries that lead to the same place', () => {
    const examined = examineText(fixture('replicas/entries.yaml'))
    const fix = fixesOf(examined, ['merge'])[0]?.fixes[0]
    expect(fix?.title).toBe('merge default/db-old-name into default/db, which has the same destination')
    expect(fix && changeText(fix.changes)).toBe('# delete ServiceEntry default/db-old-name\n')
  })

  it('merge no entry that a VirtualService refers to', () => {
    const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: route}
spec:
  hosts: [elsewhere.example.com]
  http: [{route: [{destination: {host: old.db.example.com}}]}]
`
    expect(fixesOf(examineText(fixture('replicas/entries.yaml') + route), ['merge'])[0]?.fixes).toEqual([])
  })

  it('keep entries of other namespaces to themselves', () => {
    const text = `${fixture('namespaces/team-a.yaml')}---\n${fixture('namespaces/team-b.yaml')}`
    const ofTeamB = fixesOf(examineText(text, 'team-b'), ['export-to'])
    expect(ofTeamB[0]?.fixes.map(({ title }) => title)).toEqual([
      'restrict team-a/queue to its own namespace with exportTo',
    ])
    const ofOthers = fixesOf(examineText(text, 'default'), ['export-to'])
    expect(ofOthers[0]?.fixes.map(({ title }) => title)).toEqual([
      'restrict team-b/queue to its own namespace with exportTo',
    ])
  })

  it('help a part of the losers where they cannot help all', () => {
    const optOut = entry('c', '  resolution: NONE\n')
    const [conflict] = fixesOf(examineText(entry('a', DNS) + entry('b', DNS) + optOut), ['dns-capture', 'addresses'])
    expect(conflict?.losers.map(({ name }) => name)).toEqual(['b', 'c'])
    const examined = examineText(entry('a', '  resolution: NONE\n') + entry('b', DNS) + optOut)
    const [other] = fixesOf(examined, ['dns-capture'])
    expect(other?.fixes.map(({ losers }) => losers.map(({ name }) => name))).toEqual([['b']])
  })

  it('are proven together where there are very many conflicts, and still help each', () => {
    const crowd = Array.from({ length: 60 }, (_, port) =>
      ['a', 'b', 'c'].map((name) => entry(`${name}${port}`, DNS).replace('3306', String(4000 + port))).join(''),
    ).join('')
    const http = Array.from({ length: 300 }, (_, i) => entry(`h${i}`, DNS).replace('TCP', 'HTTP')).join('')
    let computed = 0
    const examined = examineText(crowd + http)
    const counting: Examined = {
      ...examined,
      recompute(snapshot) {
        computed++
        return examined.recompute(snapshot)
      },
    }
    const found = fixesOf(counting)
    expect(computed).toBeLessThanOrEqual(5)
    expect(found).toHaveLength(60)
    for (const { fixes } of found) expect(fixes.map(({ kind }) => kind)).toEqual(['dns-capture', 'addresses', 'port'])
  })

  it('name metadata of a proxy that states its own settings, and do not count as done by manifests', () => {
    const { documents } = parseDocuments({ name: 'mesh.yaml', text: entry('a', DNS) + entry('b', DNS) }, '')
    const snapshot = buildSnapshot(documents, { istioVersion: MASTER })
    const examined = examine(snapshot, () => syntheticNode('default', snapshot))
    const [conflict] = fixesOf(examined)
    expect(conflict?.fixes.map(({ kind, inManifests }) => [kind, inManifests])).toEqual([
      ['dns-capture', false],
      ['addresses', false],
      ['port', true],
    ])
  })
})

describe('manifests after a fix', () => {
  it.each([
    ['addresses', 'databases/databases.yaml'],
    ['dns-capture', 'databases/databases.yaml'],
    ['port', 'databases/databases.yaml'],
    ['merge', 'replicas/entries.yaml'],
  ])('have no conflict any more: %s', (kind, path) => {
    const text = fixture(path)
    const before = examineText(text)
    expect(before.report.conflicts).not.toEqual([])
    const fix = fixesOf(before)[0]?.fixes.find((candidate) => candidate.kind === kind)
    expect(fix && afterwards(text, fix).report.conflicts).toEqual([])
  })

  it.each(allCases())('of $name have just the conflicts that the plan leaves', ({ folder, name }) => {
    const meshCase = readCase(folder, name)
    const snapshot = snapshotOf(meshCase)
    for (const proxy of meshCase.proxies) {
      const node = nodeOf(proxy)
      if (!node.id.startsWith('sidecar~')) continue
      const examined = examine(snapshot, () => node)
      const found = fixesOf(examined)
      if (found.length === 0) continue
      const plan = planFixes(examined, found, examined.recompute)
      expect(plan, proxy.name).toBeDefined()
      if (!plan) continue
      const { texts } = editManifests(plan.changes, snapshot)
      const documents = snapshotDocuments(meshCase.folder, meshCase.remotes, texts)
      const { clusterId, remotes, istiodEnv } = meshCase
      const after = examine(
        buildSnapshot(documents, { clusterId, remotes, istiodEnv, istioVersion: MASTER }),
        () => node,
      )
      const short = (conflicts: Examined['report']['conflicts']) =>
        conflicts.map(({ listener, losers }) => [listener, losers.map(({ host }) => host)])
      expect(short(after.report.conflicts), proxy.name).toEqual(short(plan.left))
      const helped = found.filter(({ fixes }) => fixes.some(({ inManifests }) => inManifests))
      const left = new Set(plan.left.map(({ listener }) => listener))
      for (const { listener, losers, fixes } of helped) {
        if (fixes[0]?.losers.length === losers.length) expect([...left], proxy.name).not.toContain(listener)
      }
    }
  })
})

function snapshotDocuments(folder: string, remotes: readonly string[], texts: ReadonlyMap<{ name: string }, string>) {
  const edited = new Map([...texts].map(([file, text]) => [file.name, text]))
  const read = (path: string, cluster: string) =>
    parseDocuments({ name: path, text: edited.get(path) ?? readFileSync(path, 'utf8') }, cluster).documents
  return [...read(`${folder}/input.yaml`, ''), ...remotes.flatMap((id) => read(`${folder}/clusters/${id}.yaml`, id))]
}
