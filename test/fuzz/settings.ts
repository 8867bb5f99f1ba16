/** Configurations, baselines and kubeconfigs, mostly broken. */
import { stringify } from 'yaml'
import type { JsonValue } from '../../src/sources/document.ts'
import { FILES } from './commands.ts'
import type { Corpus, Mapping } from './corpus.ts'
import { hostileKey, hostileText } from './hostile.ts'
import { copy, mutate } from './mutate.ts'
import type { Random } from './random.ts'
import { DEEPEST_YAML, depthOf, hostileBytes, mutateText } from './text.ts'

function mutated(value: Mapping, random: Random, corpus: Corpus): JsonValue {
  const root = [copy(value)]
  if (random.chance(0.7)) mutate(root, random, corpus)
  return root[0] ?? null
}

function textOf(value: JsonValue, random: Random): string {
  const isYaml = random.chance(0.7) && depthOf(value) <= DEEPEST_YAML
  return isYaml ? stringify(value, { compat: 'yaml-1.1', lineWidth: 0 }) : JSON.stringify(value)
}

function hurt(value: Mapping, random: Random, corpus: Corpus): string | Buffer {
  const text = textOf(mutated(value, random, corpus), random)
  if (random.chance(0.2)) return mutateText(text, random)
  return random.chance(0.05) ? hostileBytes(text, random) : text
}

const RULES = ['tcp-port-conflict', 'headless-*', 'invalid-*', '*', 'protocol-unset', 'order-dependent']

const ruleOf = (random: Random): string => (random.chance(0.8) ? random.pick(RULES) : hostileKey(random))

const nameOr = (name: string, random: Random): string => (random.chance(0.6) ? name : hostileText(random))

/** A `.vipctl.yaml` that may be refused. */
export function configText(name: string, random: Random, corpus: Corpus): string | Buffer {
  const fields: Mapping = {
    inputs: random.pick<JsonValue>([FILES.manifests, [FILES.manifests], [FILES.manifests, '*.yaml']]),
    recursive: random.chance(0.5),
    clusterId: nameOr('Kubernetes', random),
    namespace: nameOr('default', random),
    istio: { version: '1.26', fromVersion: '1.20', env: { [random.pick(['A', hostileKey(random)])]: 'true' } },
    proxies: { dnsCapture: random.pick<JsonValue>(['both', 'mesh', true]), metadata: { [hostileKey(random)]: 'x' } },
    rules: { [ruleOf(random)]: random.pick<JsonValue>(['error', 'info', false]), [ruleOf(random)]: 'warning' },
    ignores: [
      { rule: random.pick(RULES), reason: hostileText(random) },
      { object: random.pick([`default/${name}`, '*/*', 'ServiceEntry/*/*']), reason: 'x', until: '2999-01-01' },
      { path: nameOr('**', random), reason: 'x' },
    ],
    baseline: FILES.baseline,
    failOn: random.pick(['error', 'info', 'never']),
    maxWarnings: random.below(5),
  }
  const kept = random.shuffled(Object.entries(fields)).slice(0, 1 + random.below(6))
  return hurt(Object.fromEntries([['inputs', fields.inputs as JsonValue], ...kept]), random, corpus)
}

const OUTCOMES = ['reached', 'refused', 'no-route', 'dropped']

/** A suite about the manifests. */
export function suiteText(name: string, random: Random, corpus: Corpus): string | Buffer {
  const test = (): Mapping => ({
    name: nameOr(name, random),
    ...(random.chance(0.3) && { from: random.pick([name, 'outside', `gateway/${name}`, hostileText(random)]) }),
    request: random.pick<Mapping>([
      { url: `http://${name}/${hostileText(random)}`, headers: { [hostileKey(random)]: hostileText(random) } },
      { url: nameOr(`https://${name}/`, random) },
      { tcp: `${nameOr(name, random)}:3306` },
      { dns: nameOr(name, random) },
    ]),
    expect: {
      outcome: random.pick(OUTCOMES),
      [random.pick(['cluster', 'host', 'subset', 'tls', 'route'])]: hostileText(random),
      endpoints: [nameOr(name, random)],
    },
  })
  const tests = Array.from({ length: 1 + random.below(3) }, test)
  return hurt({ inputs: [FILES.manifests], namespace: nameOr('default', random), tests }, random, corpus)
}

/** Known findings. */
export function baselineText(random: Random, corpus: Corpus): string | Buffer {
  const findings = Array.from({ length: random.below(4) }, (_, index) => ({
    fingerprint: nameOr(`f${index}`, random),
    rule: ruleOf(random),
    object: nameOr('ServiceEntry/default/db', random),
    count: 1 + random.below(3),
  }))
  return hurt({ version: 1, tool: 'vipctl', findings }, random, corpus)
}

/** A kubeconfig for a cluster that does not answer. A truncated address is not valid, so no other host is contacted. */
export function kubeconfigText(name: string, random: Random, corpus: Corpus): string | Buffer {
  const user: JsonValue = random.pick<Mapping>([
    {},
    { token: hostileText(random) },
    { tokenFile: 'no/such/file' },
    { username: 'a', password: hostileText(random) },
    { 'client-certificate-data': 'eA==', 'client-key-data': hostileText(random) },
    { 'client-certificate': 'no/such/file' },
    { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/no/such/plugin', interactiveMode: 'Never' } },
    { as: hostileText(random), 'as-groups': [hostileText(random)], 'as-user-extra': { [hostileKey(random)]: ['x'] } },
    { 'auth-provider': { name: hostileText(random), config: {} } },
  ])
  const context = random.chance(0.3) ? nameOr(name, random) : 'c'
  return hurt(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      contexts: [{ name: context, context: { cluster: 'c', user: 'u', namespace: nameOr('default', random) } }],
      clusters: [{ name: 'c', cluster: { server: 'https://[::1]:1', 'certificate-authority-data': 'eA==' } }],
      users: [{ name: 'u', user }],
    },
    random,
    corpus,
  )
}

const IGNORES = ['vipctl.io/ignore', 'galley.istio.io/analyze-suppress']

/** Annotations that ignore findings, well formed or not, on some objects. */
export function addIgnores(documents: readonly JsonValue[], random: Random): void {
  for (const document of documents) {
    if (typeof document !== 'object' || document === null || Array.isArray(document) || random.chance(0.6)) continue
    const { metadata } = document as Mapping
    if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) continue
    const list = Array.from({ length: 1 + random.below(3) }, () =>
      random.pick([ruleOf(random), 'IST0133', '*', hostileText(random)]),
    )
    const { annotations } = metadata as Mapping
    const before =
      typeof annotations === 'object' && annotations !== null && !Array.isArray(annotations) ? annotations : {}
    Object.assign(metadata, { annotations: { ...before, [random.pick(IGNORES)]: list.join(random.pick([',', ', '])) } })
  }
}
