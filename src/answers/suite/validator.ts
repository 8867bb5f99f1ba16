/** Reads the tests of istio-config-validator (github.com/getyourguide/istio-config-validator, docs/test-cases.md). */
import type { Fields } from './fields.ts'
import type { SuiteRequest, SuiteTest, WantedMatch, WantedRoute } from './model.ts'

const DEFAULT_METHOD = 'GET'
const DEFAULT_URI = '/'

function routeOf(fields: Fields): WantedRoute {
  const destination = fields.fields('destination')
  return {
    host: destination.text('host') ?? '',
    port: destination.fields('port').number('number'),
    subset: destination.text('subset') ?? '',
    weight: fields.number('weight'),
  }
}

function delegateOf(fields: Fields): string | undefined {
  if (!fields.has('delegate')) return undefined
  const delegate = fields.fields('delegate')
  const namespace = delegate.text('namespace')
  const name = delegate.text('name') ?? ''
  return namespace === undefined ? name : `${namespace}/${name}`
}

function changeOf(fields: Fields, name: string): WantedMatch['redirect'] {
  if (!fields.has(name)) return undefined
  const change = fields.fields(name)
  return { uri: change.text('uri'), authority: change.text('authority') }
}

/** Every combination of authorities, methods and URIs. */
function requestsOf(fields: Fields): readonly SuiteRequest[] {
  fields.allow('authority', 'method', 'uri', 'headers', 'scheme')
  const headers = fields.textMap('headers')
  const methods = fields.texts('method') ?? [DEFAULT_METHOD]
  const uris = fields.texts('uri') ?? [DEFAULT_URI]
  return (fields.texts('authority') ?? []).flatMap((authority) =>
    methods.flatMap((method) => uris.map((uri) => ({ url: `http://${authority}${uri}`, method, headers }))),
  )
}

function testsOf(fields: Fields): readonly SuiteTest[] {
  fields.allow('description', 'wantMatch', 'request', 'route', 'redirect', 'rewrite', 'headers', 'delegate', 'fault')
  const asked = fields.fields('request')
  const requests = requestsOf(asked)
  if (requests.length === 0) asked.fail('a request needs an authority')
  const match: WantedMatch = {
    want: fields.flag('wantMatch') ?? false,
    routes: fields.has('route') ? fields.list('route').map(routeOf) : undefined,
    redirect: changeOf(fields, 'redirect'),
    rewrite: changeOf(fields, 'rewrite'),
    delegate: delegateOf(fields),
    headers: fields.fields('headers').fields('request').textMap('set') ?? new Map(),
  }
  const name = fields.text('description') ?? ''
  const common = { from: undefined, namespace: undefined, expect: {}, match, skip: undefined, only: false }
  return requests.map((request) => ({
    ...common,
    name: `${name}: ${request.method} ${request.url}`,
    request,
    location: fields.location,
  }))
}

/** One test for each combination that a test case lists. */
export const validatorTests = (fields: Fields): readonly SuiteTest[] => fields.list('testCases').flatMap(testsOf)
