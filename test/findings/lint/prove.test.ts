import { describe, expect, it } from 'vitest'
import type { Change } from '../../../src/findings/fixes/change.ts'
import { type LintFinding, lint, type MeshFacts, RULE_IDS, syntheticProxies } from '../../../src/findings/lint/index.ts'
import type { FixProposal } from '../../../src/findings/lint/proposal.ts'
import {
  computationsFor,
  type ProofBasis,
  planSafeFixes,
  proveFixes,
  type Relint,
} from '../../../src/findings/lint/prove.ts'
import type { Resource } from '../../../src/kinds/resource.ts'
import { computeMesh } from '../../../src/pipeline.ts'
import type { Snapshot } from '../../../src/resources/snapshot.ts'
import { entry, meshOf } from '../../support/mesh.ts'

const RULE = 'tcp-port-conflict'

const db = (name: string, more = ''): string =>
  entry(
    name,
    `  hosts: [${name}.example.com]\n  resolution: STATIC\n  endpoints: [{address: 10.1.0.${name.length}}]\n` +
      `  ports: [{number: 3306, name: tcp, protocol: TCP}]${more}`,
  )

/** Three entries on one port; the first one wins. */
const THREE = [db('a'), db('bb'), db('ccc')].join('')

/** Other rules are off. */
const SEVERITIES = new Map(
  RULE_IDS.filter((id) => id !== RULE && id !== 'shared-vip-port').map((id) => [id, 'off'] as const),
)

function lintOf(snapshot: Snapshot): readonly LintFinding[] {
  const { registry, scope } = computeMesh(snapshot)
  const mesh: MeshFacts = { registry, scope, fromVersion: undefined }
  return lint(mesh, { proxies: syntheticProxies(scope, 'mesh'), severities: SEVERITIES })
}

interface Setting {
  readonly snapshot: Snapshot
  readonly basis: ProofBasis
  /** Findings of one rule, with the test's proposals instead of their own. */
  readonly findings: readonly LintFinding[]
  readonly computed: () => number
}

function setting(manifests: string, propose: (finding: LintFinding) => readonly FixProposal[]): Setting {
  const { snapshot } = meshOf(manifests)
  const before = lintOf(snapshot)
  let count = 0
  const relint: Relint = (changed) => {
    count++
    return lintOf(changed)
  }
  const findings = before
    .filter(({ rule }) => rule === RULE)
    .map((finding) => ({ ...finding, proposals: () => propose(finding) }))
  return { snapshot, basis: { before, relint }, findings, computed: () => count }
}

const proposal = (title: string, changes: readonly Change[], safe = true): FixProposal => ({ title, changes, safe })

const address = (resource: Resource, value: string): Change => ({
  kind: 'edit',
  resource,
  edits: [{ path: ['spec', 'addresses'], value: [value] }],
})

/** A change that leaves every conflict as it is. */
const useless = (resource: Resource): Change => ({
  kind: 'edit',
  resource,
  edits: [{ path: ['spec', 'location'], value: 'MESH_EXTERNAL' }],
})

/** A separate address, based on the name's length. */
const own = ({ resource }: LintFinding): FixProposal =>
  proposal('own', [address(resource, `10.2.0.${resource.meta.name.length}`)])

const titles = (findings: readonly LintFinding[]): readonly (readonly [string, string | undefined])[] =>
  findings.map(({ object, fix }) => [object.name, fix?.title])

describe('a proposal', () => {
  it('is a fix when its finding is gone after computing again', () => {
    const { snapshot, basis, findings } = setting(THREE, (finding) => [own(finding)])
    const { findings: proven, incomplete } = proveFixes(findings, snapshot, basis, 100)
    expect(titles(proven)).toEqual([
      ['bb', 'own'],
      ['ccc', 'own'],
    ])
    expect(proven[0]?.fix?.proven).toBe(true)
    expect(incomplete).toBe(false)
  })

  it('is none when the finding stays, and the next one is tried', () => {
    const { snapshot, basis, findings } = setting(THREE, (finding) => [
      proposal('useless', [useless(finding.resource)]),
      own(finding),
    ])
    expect(titles(proveFixes(findings, snapshot, basis, 100).findings)).toEqual([
      ['bb', 'own'],
      ['ccc', 'own'],
    ])
  })

  it('is none when it brings something as bad', () => {
    const manifests = `${THREE}${entry('dddd', '  hosts: [d.example.com]\n  addresses: [10.9.0.1]\n  resolution: STATIC\n  endpoints: [{address: 10.1.0.4}]\n  ports: [{number: 3306, name: tcp, protocol: TCP}]')}`
    const taken = setting(manifests, ({ resource }) => [proposal('taken', [address(resource, '10.9.0.1')])])
    expect(titles(proveFixes(taken.findings, taken.snapshot, taken.basis, 100).findings)).toEqual([
      ['bb', undefined],
      ['ccc', undefined],
    ])
  })

  it.each([
    ['error', undefined],
    ['warning', undefined],
    ['info', 'own'],
  ] as const)('for a warning is none when it brings a finding as bad: one of severity %s', (severity, title) => {
    const { snapshot, findings } = setting(THREE, (finding) => [own(finding)])
    const [first] = findings
    if (!first) throw new Error('the mesh has no finding')
    // Findings of conflict rules are never traded, so these are of other rules.
    const finding: LintFinding = { ...first, rule: 'cidr-not-in-dns', severity: 'warning' }
    const brought: LintFinding = { ...first, rule: 'ip-family-mismatch', severity }
    const { findings: proven } = proveFixes([finding], snapshot, { before: [finding], relint: () => [brought] }, 100)
    expect(titles(proven)).toEqual([['bb', title]])
  })

  it('is none when its rule reports the same object in other words', () => {
    const { snapshot, findings } = setting(THREE, (finding) => [own(finding)])
    const [finding] = findings
    if (!finding) throw new Error('the mesh has no finding')
    const reworded: LintFinding = { ...finding, message: 'something else about it' }
    const { findings: proven } = proveFixes([finding], snapshot, { before: [finding], relint: () => [reworded] }, 100)
    expect(titles(proven)).toEqual([['bb', undefined]])
  })

  it('is none when istiod would reject what comes out', () => {
    const { snapshot, basis, findings, computed } = setting(THREE, ({ resource }) => [
      proposal('bad', [address(resource, 'no address')]),
    ])
    expect(titles(proveFixes(findings, snapshot, basis, 100).findings)).toEqual([
      ['bb', undefined],
      ['ccc', undefined],
    ])
    expect(computed()).toBe(0)
  })

  it('may take an object away', () => {
    const { snapshot, basis, findings } = setting(THREE, ({ resource }) => [
      proposal('remove', [{ kind: 'remove', resource }]),
    ])
    expect(titles(proveFixes(findings, snapshot, basis, 100).findings)).toEqual([
      ['bb', 'remove'],
      ['ccc', 'remove'],
    ])
  })
})

describe('many findings', () => {
  const MANY = Array.from({ length: 40 }, (_, index) => db(`m${'x'.repeat(index)}`)).join('')

  it('are proven together when the computations do not suffice for each', () => {
    const { snapshot, basis, findings, computed } = setting(MANY, (finding) => [own(finding)])
    const { findings: proven } = proveFixes(findings, snapshot, basis, 3)
    expect(findings).toHaveLength(39)
    expect(proven.every(({ fix }) => fix?.title === 'own')).toBe(true)
    expect(computed()).toBe(1)
  })

  it('are proven each for itself when half of the computations suffice for that', () => {
    const computedWith = (computations: number): number => {
      const { snapshot, basis, findings, computed } = setting(THREE, (finding) => [own(finding)])
      proveFixes(findings, snapshot, basis, computations)
      return computed()
    }
    expect(computedWith(4)).toBe(2)
    expect(computedWith(3)).toBe(1)
  })

  it('are computed no more often than allowed, and it is reported that some were not tried', () => {
    const { snapshot, basis, findings, computed } = setting(THREE, (finding) => [
      proposal('useless', [useless(finding.resource)]),
      own(finding),
    ])
    const { incomplete } = proveFixes(findings, snapshot, basis, 1)
    expect(computed()).toBe(1)
    expect(incomplete).toBe(true)
  })

  it('are parted in halves until the one that does harm is alone', () => {
    const { snapshot, basis, findings, computed } = setting(MANY, (finding) => [
      finding.object.name === 'mxxx' ? proposal('bad', [address(finding.resource, 'no address')]) : own(finding),
    ])
    const { findings: proven } = proveFixes(findings, snapshot, basis, 30)
    expect(proven.filter(({ fix }) => !fix).map(({ object }) => object.name)).toEqual(['mxxx'])
    expect(computed()).toBeLessThanOrEqual(12)
  })

  it('have no fixes when nothing may be computed, and it is said', () => {
    const { snapshot, basis, findings } = setting(THREE, (finding) => [own(finding)])
    const { findings: proven, incomplete } = proveFixes(findings, snapshot, basis, 0)
    expect(titles(proven)).toEqual([
      ['bb', undefined],
      ['ccc', undefined],
    ])
    expect(incomplete).toBe(true)
  })

  it('cost no more computations for a larger mesh', () => {
    expect(computationsFor('none', 1)).toBe(0)
    expect(computationsFor('auto', 0)).toBe(computationsFor('all', 0))
    expect(computationsFor('auto', 1000)).toBeGreaterThan(computationsFor('auto', 10_000))
    expect(computationsFor('auto', 1_000_000)).toBe(0)
    expect(computationsFor('all', 1_000_000)).toBeGreaterThan(0)
  })
})

describe('safe fixes', () => {
  const planned = (propose: (finding: LintFinding) => readonly FixProposal[]) => {
    const { snapshot, basis, findings } = setting(THREE, propose)
    const { findings: proven } = proveFixes(findings, snapshot, basis, 100)
    const { changes, fixed } = planSafeFixes(proven, snapshot, basis)
    return {
      names: fixed.map(({ object }) => object.name),
      edited: [...changes.edits.keys()].map(({ meta }) => meta.name),
    }
  }

  it('are carried out together', () => {
    expect(planned((finding) => [own(finding)])).toEqual({ names: ['bb', 'ccc'], edited: ['bb', 'ccc'] })
  })

  it('leave out what is not safe, and what changes all proxies', () => {
    const metadata = new Map([['ISTIO_META_DNS_CAPTURE', 'true']])
    expect(
      planned((finding) => [
        finding.object.name === 'bb'
          ? { ...own(finding), safe: false }
          : proposal('capture', [...own(finding).changes, { kind: 'proxy-metadata', metadata }]),
      ]),
    ).toEqual({ names: [], edited: [] })
  })

  it('leave out those that do not go together', () => {
    const same = (finding: LintFinding) => [proposal('same', [address(finding.resource, '10.2.0.1')])]
    expect(planned(same)).toEqual({ names: ['bb'], edited: ['bb'] })
  })
})
