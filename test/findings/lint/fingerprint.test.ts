import { describe, expect, it } from 'vitest'
import { fingerprintOf, fingerprintsOf } from '../../../src/findings/lint/fingerprint.ts'
import type { LintFinding } from '../../../src/findings/lint/index.ts'
import { SERVICE_ENTRY } from '../../../src/kinds/istio/service-entry.ts'
import { Resource } from '../../../src/kinds/resource.ts'
import { Location } from '../../../src/sources/location.ts'
import { dnsEntry, meshOf } from '../../support/mesh.ts'

interface Given {
  readonly rule?: string
  readonly message?: string
  readonly name?: string
  readonly cluster?: string
}

function finding({ rule = 'r', message = 'm', name = 'db', cluster = '' }: Given = {}): LintFinding {
  const [entry] = meshOf(dnsEntry(name)).snapshot.istio.serviceEntries
  if (!entry) throw new Error('no entry')
  const location = new Location({ ...entry.location.document, cluster })
  const resource = new Resource({ ...entry, cluster, location }, SERVICE_ENTRY)
  const object = { kind: entry.kind, namespace: entry.meta.namespace, name }
  const rest = { severity: 'error', related: [], namespaces: [], proposals: () => [], fix: undefined } as const
  return { rule, message, object, resource, location, ...rest }
}

const same = (a: Given, b: Given): boolean => fingerprintOf(finding(a)) === fingerprintOf(finding(b))

describe('a fingerprint', () => {
  it('is the same in every run', () => {
    expect(fingerprintOf(finding({ rule: 'tcp-port-conflict', message: 'db:3306 gets no connections' }))).toBe(
      'e5f7d5ce0cbbc33b',
    )
  })

  it.each([
    ['the rule', { rule: 'a' }, { rule: 'b' }],
    ['the object', { name: 'db' }, { name: 'stock' }],
    ['the cluster', {}, { cluster: 'west' }],
    ['a port in the message', { message: 'db:3306' }, { message: 'db:3307' }],
  ])('differs by %s', (_, a, b) => {
    expect(same(a, b)).toBe(false)
  })

  it.each([
    ['places', 'as in ServiceEntry a/b (mesh.yaml:12)', 'as in ServiceEntry a/b (other/mesh.yaml:13:4)'],
    ['counts of what is not named', 'a, b and 7 more', 'a, b and 12 more'],
  ])('does not depend on %s', (_, a, b) => {
    expect(same({ message: a }, { message: b })).toBe(true)
  })

  it('is counted where findings of one object are equal', () => {
    const [first, second, other] = fingerprintsOf([finding(), finding(), finding({ name: 'stock' })])
    expect(second).toBe(`${first}-2`)
    expect(other).toMatch(/^[0-9a-f]{16}$/)
  })
})
