import { describe, expect, it } from 'vitest'
import { annotationProblems, filterIgnored } from '../../../src/findings/lint/ignores.ts'
import { matchesName, objectMatcher, pathMatcher } from '../../../src/findings/lint/ignores-patterns.ts'
import { type LintFinding, lint, RULE_IDS, syntheticProxies } from '../../../src/findings/lint/index.ts'
import { entry, meshOf } from '../../support/mesh.ts'

describe('a pattern of names', () => {
  it.each([
    ['tcp-*', 'tcp-port-conflict', true],
    ['*', 'anything', true],
    ['*-conflict', 'tcp-port-conflict', true],
    ['t*p-*-c*t', 'tcp-port-conflict', true],
    ['tcp', 'tcp-port-conflict', false],
    ['tcp-?ort-conflict', 'tcp-port-conflict', true],
    ['tcp-port-conflict', 'tcp-port-conflict', true],
    ['[a-z]*', 'tcp', false],
    ['*a', 'b', false],
  ])('%s covers %s: %s', (pattern, name, covers) => {
    expect(matchesName(pattern, name)).toBe(covers)
  })

  it('is not made slow by many stars', () => {
    expect(matchesName(`${'*a'.repeat(100)}b`, 'a'.repeat(20_000))).toBe(false)
  })
})

describe('a pattern of paths', () => {
  it.each([
    ['legacy', 'legacy/deep/a.yaml', true],
    ['legacy/', 'legacy/a.yaml', true],
    ['./legacy', 'legacy/a.yaml', true],
    ['legacy/*.yaml', 'legacy/a.yaml', true],
    ['legacy/*.yaml', 'legacy/deep/a.yaml', false],
    ['legacy/**', 'legacy/deep/a.yaml', true],
    ['**/a.yaml', 'legacy/deep/a.yaml', true],
    ['**/a.yaml', 'a.yaml', true],
    ['*/deep', 'legacy/deep/a.yaml', true],
    ['deep', 'legacy/deep/a.yaml', false],
    ['legacy', 'legacy-2/a.yaml', false],
    ['../shared', '../shared/a.yaml', true],
  ])('%s covers %s: %s', (pattern, path, covers) => {
    expect(pathMatcher(pattern)(path)).toBe(covers)
  })
})

describe('a pattern of objects', () => {
  const db = { kind: 'ServiceEntry', namespace: 'shop', name: 'db' }
  const namespace = { kind: 'Namespace', namespace: '', name: 'shop' }

  it.each([
    ['shop/db', db, true],
    ['shop/*', db, true],
    ['*/d?', db, true],
    ['serviceentry/shop/db', db, true],
    ['Service/shop/db', db, false],
    ['other/db', db, false],
    ['Namespace/shop', namespace, true],
    ['shop/shop', namespace, false],
    ['*/shop', namespace, true],
  ])('%s covers %j: %s', (pattern, object, covers) => {
    expect(objectMatcher(pattern)(object)).toBe(covers)
  })
})

/** A Service with one finding: its port has no protocol, which is also IST0118 and KIA0601. */
function findingsWith(annotations: string): readonly LintFinding[] {
  const manifest = `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: {${annotations}}
spec:
  clusterIP: 10.96.0.1
  ports: [{port: 9000}]
`
  const { registry, scope } = meshOf(manifest)
  const severities = new Map(RULE_IDS.filter((id) => id !== 'protocol-unset').map((id) => [id, 'off'] as const))
  const proxies = syntheticProxies(scope, 'mesh')
  return lint({ registry, scope, fromVersion: undefined }, { proxies, severities })
}

const isIgnored = (annotations: string): boolean => {
  const { kept, ignored } = filterIgnored(findingsWith(annotations), [], (name) => name)
  expect(kept.length + ignored.length).toBeGreaterThan(0)
  return kept.length === 0
}

describe('an annotation', () => {
  it.each([
    ['vipctl.io/ignore: protocol-unset', true],
    ['vipctl.io/ignore: "tcp-* , protocol-*"', true],
    ['vipctl.io/ignore: "*"', true],
    ['vipctl.io/ignore: tcp-port-conflict', false],
    ['vipctl.io/ignore: ""', false],
    ['galley.istio.io/analyze-suppress: IST0118', true],
    ['galley.istio.io/analyze-suppress: "IST0134,IST0118"', true],
    ['galley.istio.io/analyze-suppress: "IST0134, IST0118"', false],
    ['galley.istio.io/analyze-suppress: "*"', true],
    ['galley.istio.io/analyze-suppress: "IST01*"', false],
    ['galley.istio.io/analyze-suppress: KIA0601', false],
  ])('%s ignores a rule that answers to IST0118: %s', (annotations, ignores) => {
    expect(isIgnored(annotations)).toBe(ignores)
  })

  it.each([
    ['vipctl.io/ignore: "tcp-*, tcp-adress-required"', 'vipctl.io/ignore names an unknown rule: "tcp-adress-required"'],
    ['galley.istio.io/analyze-suppress: "IST0118, IST0134"', 'analyze-suppress has no effect for " IST0134"'],
  ])('%s is said to be wrong', (annotations, said) => {
    const { snapshot } = meshOf(entry('db', '  hosts: [a.b]', `namespace: default\n  annotations: {${annotations}}`))
    const [problem, ...more] = annotationProblems(snapshot)
    expect(more).toEqual([])
    expect(problem?.message).toContain(said)
    expect(problem?.at).toMatchObject({ file: 'mesh.yaml', line: 7 })
  })
})
