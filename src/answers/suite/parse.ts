/** Reads suites. */

import { OUTCOMES } from '../../simulation/step.ts'
import { TLS_MODES } from '../../simulation/steps/transport.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import { Location } from '../../sources/location.ts'
import { isMapping } from '../../sources/mapping.ts'
import { Fields } from './fields.ts'
import type { Expectations, Suite, SuiteRequest, SuiteTest } from './model.ts'
import { checkPossible } from './possible.ts'
import { validatorTests } from './validator.ts'

const EXPECTATIONS = [
  'outcome',
  'cluster',
  'host',
  'path',
  'subset',
  'weights',
  'endpoints',
  'resolves',
  'tls',
  'headers',
  'status',
  'location',
  'timeout',
  'listener',
  'filterChain',
  'routeConfiguration',
  'virtualHost',
  'route',
  'inbound',
  'text',
  'notFrom',
] as const

function requestOf(fields: Fields): SuiteRequest {
  fields.allow('url', 'tcp', 'dns', 'method', 'headers', 'sni', 'alpn', 'serverFirst')
  const stated = ['url', 'tcp', 'dns'].filter((name) => fields.has(name))
  if (stated.length !== 1) {
    fields.fail(
      'a request needs one of url, tcp and dns',
      stated.length > 1 ? `it has ${stated.join(' and ')}` : undefined,
    )
  }
  for (const name of fields.has('url') ? [] : ['method', 'headers'].filter((each) => fields.has(each))) {
    fields.fail(`${name} needs a request of HTTP`, 'ask with url', name)
  }
  return {
    url: fields.text('url'),
    tcp: fields.text('tcp'),
    dns: fields.text('dns'),
    method: fields.text('method'),
    headers: fields.textMap('headers'),
    sni: fields.text('sni'),
    alpn: fields.texts('alpn'),
    serverFirst: fields.flag('serverFirst'),
  }
}

function weightsOf(fields: Fields): ReadonlyMap<string, number> | undefined {
  if (!fields.has('weights')) return undefined
  const inner = fields.fields('weights')
  const weights = new Map(inner.names.map((name) => [name, inner.number(name) ?? 0]))
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  for (const [name, weight] of weights) {
    if (weight < 0) fields.fail(`weights can never hold: ${weight} is less than 0`, undefined, 'weights', name)
  }
  if (total > 100.01)
    fields.fail(`weights add up to ${total}, and no request has more than 100 percent`, undefined, 'weights')
  return weights
}

function headersOf(fields: Fields): ReadonlyMap<string, string | null> | undefined {
  if (!fields.has('headers')) return undefined
  const inner = fields.fields('headers')
  return new Map(inner.names.map((name) => [name.toLowerCase(), inner.has(name) ? (inner.text(name) ?? '') : null]))
}

function resolvesOf(fields: Fields): string | boolean | undefined {
  const value = fields.value('resolves')
  return typeof value === 'boolean' ? value : fields.text('resolves')
}

function expectationsOf(fields: Fields, requests: readonly SuiteRequest[]): Expectations {
  fields.allow(...EXPECTATIONS)
  if (fields.names.length === 0) fields.fail('a test expects something', `known are ${EXPECTATIONS.join(', ')}`)
  checkPossible(fields, requests)
  return {
    outcome: fields.choice('outcome', OUTCOMES),
    cluster: fields.text('cluster'),
    host: fields.text('host'),
    path: fields.text('path'),
    subset: fields.text('subset'),
    weights: weightsOf(fields),
    endpoints: fields.texts('endpoints'),
    resolves: resolvesOf(fields),
    tls: fields.choice('tls', TLS_MODES),
    headers: headersOf(fields),
    status: fields.number('status'),
    location: fields.text('location'),
    timeout: fields.text('timeout'),
    listener: fields.text('listener'),
    filterChain: fields.text('filterChain'),
    routeConfiguration: fields.text('routeConfiguration'),
    virtualHost: fields.text('virtualHost'),
    route: fields.text('route'),
    inbound: fields.text('inbound'),
    text: fields.text('text'),
    notFrom: fields.texts('notFrom'),
  }
}

function skipOf(fields: Fields): string | undefined {
  const value = fields.value('skip')
  if (typeof value === 'boolean') return value ? '' : undefined
  return fields.text('skip')
}

const requestText = ({ url, tcp, dns }: SuiteRequest): string => url ?? tcp ?? dns ?? ''

/** A test for each request of a table and each namespace. */
function testsOf(fields: Fields): readonly SuiteTest[] {
  fields.allow('name', 'from', 'namespace', 'request', 'requests', 'expect', 'each', 'skip', 'only')
  const table = fields.list('requests')
  const stated = table.length > 0 ? table : [fields.fields('request')]
  if (table.length > 0 && fields.has('request'))
    fields.fail('a test has request or requests, not both', undefined, 'requests')
  const requests = stated.map(requestOf)
  const expect = expectationsOf(fields.fields('expect'), requests)
  const each = fields.fields('each')
  each.allow('namespaces')
  const namespaces = each.texts('namespaces') ?? [fields.text('namespace')]
  const name = fields.text('name') ?? requests.map(requestText).join(', ')
  const several = requests.length * namespaces.length > 1
  const common = {
    from: fields.text('from'),
    expect,
    match: undefined,
    skip: skipOf(fields),
    only: fields.flag('only') ?? false,
  }
  return namespaces.flatMap((namespace) =>
    requests.map((request, index) => ({
      ...common,
      name: several ? `${name}: ${requestText(request)}${namespaces.length > 1 ? ` from ${namespace}` : ''}` : name,
      namespace,
      request,
      location: table[index]?.location ?? fields.location,
    })),
  )
}

function isOfValidator(document: SourceDocument): boolean {
  return isMapping(document.value) && Object.hasOwn(document.value, 'testCases')
}

/**
 * Reads one document of a file of tests: a suite, or the tests of istio-config-validator.
 * @returns the suite, without the parts that are wrong, and what is wrong
 */
export function parseSuite(document: SourceDocument): {
  readonly suite: Suite
  readonly problems: readonly SourceProblem[]
} {
  const problems: SourceProblem[] = []
  const fields = new Fields(document.value, new Location(document), problems)
  const known = ['inputs', 'remotes', 'mesh', 'namespace', 'resolve']
  fields.allow(...known, isOfValidator(document) ? 'testCases' : 'tests')
  const mesh = fields.fields('mesh')
  mesh.allow('version', 'istiodEnv', 'meshConfig', 'metadata')
  const tests = isOfValidator(document)
    ? validatorTests(fields)
    : fields.list('tests').flatMap((each) => each.whole(testsOf))
  if (tests.length === 0 && problems.length === 0) fields.fail('a suite needs tests', 'list them under tests')
  const suite: Suite = {
    file: document.file.name,
    inputs: fields.texts('inputs') ?? [],
    remotes: fields.textMap('remotes') ?? new Map(),
    namespace: fields.text('namespace'),
    istioVersion: mesh.text('version'),
    istiodEnv: mesh.textMap('istiodEnv') ?? new Map(),
    meshConfig: mesh.text('meshConfig'),
    metadata: mesh.textMap('metadata') ?? new Map(),
    resolve: fields.textMap('resolve') ?? new Map(),
    tests,
  }
  return { suite, problems }
}
