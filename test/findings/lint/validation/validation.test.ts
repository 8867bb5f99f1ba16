import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../../../src/findings/fixes/apply.ts'
import { changeSet } from '../../../../src/findings/fixes/change.ts'
import { type LintFinding, lint, RULE_IDS, syntheticProxies } from '../../../../src/findings/lint/index.ts'
import { DECODE_CODES, VALIDATION_CODES } from '../../../../src/kinds/validation/codes.ts'
import { entry, meshOf } from '../../../support/mesh.ts'
import { findingsOf } from '../support.ts'

const IDS = RULE_IDS.filter((id) => id.startsWith('invalid-') || id === 'yaml-type-surprise')

/** The findings of all validation rules. */
function findings(manifests: string): readonly LintFinding[] {
  const { registry, scope } = meshOf(manifests)
  const severities = new Map(RULE_IDS.filter((id) => !IDS.includes(id)).map((id) => [id, 'off'] as const))
  return lint({ registry, scope, fromVersion: undefined }, { proxies: syntheticProxies(scope, 'mesh'), severities })
}

const rulesOf = (manifests: string): readonly string[] => findings(manifests).map(({ rule }) => rule)

const HOST = '  hosts: [a.example.com]\n'
const PORT = '  ports: [{number: 443, name: tls, protocol: TLS}]\n'

describe('every cause', () => {
  it('has a rule, or is reported by one that says more', () => {
    const codes = Object.keys({ ...VALIDATION_CODES, ...DECODE_CODES })
    const without = codes.filter((code) => !(RULE_IDS as readonly string[]).includes(`invalid-${code}`))
    expect(without).toEqual(['tcp-address-required', 'unquoted'])
  })
})

describe('a finding', () => {
  it('says who rejects the object, where, why, and what to write', () => {
    const [finding] = findings(entry('a', `  hosts: ["*"]\n${PORT}  resolution: NONE`))
    expect(finding).toMatchObject({
      rule: 'invalid-full-wildcard',
      severity: 'error',
      message:
        'istiod rejects the object: spec.hosts[0]: the host * would take all traffic (use a wildcard such as *.example.com)',
    })
    expect(finding?.location.path).toEqual(['spec', 'hosts', 0])
    expect(finding?.namespaces).toEqual([])
  })

  it('names the API server for objects of Kubernetes', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: http}]}\n'
    expect(findings(service).map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'invalid-type: the API server rejects the object: spec.ports[0].port: must be a whole number, not the string "http"',
    ])
  })

  it('is a warning for what istiod only warns about', () => {
    const [finding] = findings(entry('a', `${HOST}${PORT}  resolution: NONE\n  workloadSelector: {labels: {app: a}}`))
    expect(finding).toMatchObject({ rule: 'invalid-none-with-selector', severity: 'warning' })
    expect(finding?.message).toMatch(/^spec\.workloadSelector: /)
  })

  it('has the severity of what istiod does where a cause can be both', () => {
    const answer = (size: number): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a}
spec: {hosts: [a.example.com], http: [{directResponse: {status: 200, body: {string: "${'x'.repeat(size)}"}}}]}
`
    const severities = [150 * 1024, 2 * 1024 * 1024].map((size) =>
      findings(answer(size)).map((found) => found.severity),
    )
    expect(severities).toEqual([['warning'], ['error']])
  })
})

describe('one mistake', () => {
  it('of a host is not said again as a name that cannot be looked up', () => {
    expect(rulesOf(entry('a', `  hosts: ["http://a.example.com"]\n${PORT}  resolution: DNS`))).toEqual([
      'invalid-host-invalid',
    ])
    expect(rulesOf(entry('a', `  hosts: ["*"]\n${PORT}  resolution: DNS`))).toEqual(['invalid-full-wildcard'])
  })

  it('of a wildcard is an error alone', () => {
    expect(rulesOf(entry('a', `  hosts: ["a*.example.com"]\n${PORT}  resolution: NONE`))).toEqual([
      'invalid-host-invalid',
    ])
  })

  it('of a protocol is not said again as one that names no host', () => {
    const ports = '  ports: [{number: 443, name: db, protocol: POSTGRES}]\n'
    expect(rulesOf(entry('a', `  hosts: [a.example.com, b.example.com]\n${ports}  resolution: DNS`))).toEqual([
      'invalid-protocol-unsupported',
    ])
  })

  it('does not hide another one', () => {
    expect(
      rulesOf(entry('a', `  hosts: ["http://a.example.com", "*.b.example.com"]\n${PORT}  resolution: DNS`)),
    ).toEqual(['invalid-host-invalid'])
    expect(
      rulesOf(entry('a', `  hosts: [a_b.example.com]\n  ports: [{number: 0, name: a}]\n  resolution: NONE`)),
    ).toEqual(['invalid-host-invalid', 'invalid-port-range'])
  })
})

describe('ports that are there twice', () => {
  const ports = (...list: readonly string[]): string =>
    entry('a', `${HOST}  resolution: NONE\n  ports:\n${list.map((port) => `  - {${port}}`).join('\n')}`)
  const TLS = 'number: 443, name: tls, protocol: TLS'

  it('go when they are equal', () => {
    const manifests = ports(TLS, 'number: 80, name: http, protocol: HTTP', TLS, TLS)
    const { snapshot } = meshOf(manifests)
    const [finding] = findingsOf('invalid-port-duplicate', manifests)
    const [proposal] = finding?.proposals() ?? []
    expect(proposal).toMatchObject({ title: 'remove duplicates: port 443', safe: true })
    const resource = snapshot.verdicts[0]?.resource
    const changes = (proposal?.changes ?? []).map((change) =>
      change.kind === 'edit' && resource ? { ...change, resource } : change,
    )
    const after = applyChanges(snapshot, changeSet(changes))
    expect(after?.istio.serviceEntries[0]?.spec.ports.map(({ number }) => number)).toEqual([443, 80])
  })

  it('are one finding each', () => {
    expect(findingsOf('invalid-port-duplicate', ports(TLS, TLS)).map(({ location }) => location.path)).toEqual([
      ['spec', 'ports', 1, 'number'],
    ])
  })

  it('stay when they differ in anything', () => {
    const [finding] = findingsOf('invalid-port-duplicate', ports(TLS, 'number: 443, name: tls-b, protocol: TLS'))
    expect([...(finding?.proposals() ?? [])]).toEqual([])
  })
})
