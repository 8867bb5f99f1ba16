/** Reads the tests of istio-config-validator (github.com/getyourguide/istio-config-validator, docs/test-cases.md). */
import type { Fields } from './fields.ts'
import type { SuiteRequest, SuiteTest, WantedHeaders, WantedMatch, WantedRoute } from './model.ts'

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

function redirectOf(fields: Fields): WantedMatch['redirect'] {
  if (!fields.has('redirect')) return undefined
  const redirect = fields.fields('redirect')
  return {
    uri: redirect.text('uri'),
    authority: redirect.text('authority'),
    scheme: redirect.text('scheme'),
    port: redirect.number('port'),
    status: redirect.number('redirectCode'),
  }
}

function rewriteOf(fields: Fields): WantedMatch['rewrite'] {
  if (!fields.has('rewrite')) return undefined
  const rewrite = fields.fields('rewrite')
  const regex = rewrite.fields('uriRegexRewrite')
  return {
    uri: rewrite.text('uri'),
    authority: rewrite.text('authority'),
    regex: rewrite.has('uriRegexRewrite') ? { match: regex.text('match'), rewrite: regex.text('rewrite') } : undefined,
  }
}

function faultOf(fields: Fields): WantedMatch['fault'] {
  if (!fields.has('fault')) return undefined
  const fault = fields.fields('fault')
  const [abort, delay] = [fault.fields('abort'), fault.fields('delay')]
  const percentOf = (part: Fields): number | undefined => part.fields('percentage').number('value')
  return {
    abort: fault.has('abort') ? { status: abort.number('httpStatus'), percent: percentOf(abort) } : undefined,
    delay: fault.has('delay') ? { duration: delay.text('fixedDelay'), percent: percentOf(delay) } : undefined,
  }
}

function headersOf(fields: Fields, of: 'request' | 'response'): WantedHeaders {
  const changes = fields.fields('headers').fields(of)
  return {
    set: new Map([...(changes.textMap('set') ?? []), ...(changes.textMap('add') ?? [])]),
    removed: changes.texts('remove') ?? [],
  }
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
    redirect: redirectOf(fields),
    rewrite: rewriteOf(fields),
    fault: faultOf(fields),
    delegate: delegateOf(fields),
    requestHeaders: headersOf(fields, 'request'),
    responseHeaders: headersOf(fields, 'response'),
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
export const validatorTests = (fields: Fields): readonly SuiteTest[] =>
  fields.list('testCases').flatMap((each) => each.whole(testsOf))
