import { describe, expect, test } from 'vitest'
import { service, webRoutes } from './mesh.ts'

const to = (host: string, more: object = {}) => ({ destination: { host }, ...more })
const A = { route: [to('a')] }
const cluster = (host: string) => `outbound|80||${host}.default.svc.cluster.local`

describe('which routes there are', () => {
  test('nothing follows a route that takes every request', () => {
    const routes = webRoutes([
      { match: [{ uri: { prefix: '/a' } }, { uri: { regex: '.*' } }, { uri: { prefix: '/b' } }], ...A },
      { route: [to('b')] },
    ])
    expect(routes.map(({ match }) => match)).toEqual([
      { prefix: '/a', caseSensitive: true },
      { safeRegex: { regex: '.*' }, caseSensitive: true },
    ])
  })

  test('a condition on the method leaves room for others', () => {
    expect(webRoutes([{ match: [{ method: { exact: 'GET' } }], ...A }, A])).toHaveLength(2)
  })

  test.each([
    [{ port: 81 }, 0],
    [{ port: 80 }, 1],
    [{ gateways: ['mesh'], sourceLabels: { app: 'other' } }, 1],
    [{ gateways: ['edge'] }, 0],
    [{ sourceLabels: { app: 'client' }, sourceNamespace: 'default' }, 1],
    [{ sourceNamespace: 'other' }, 0],
  ])('a match by %j applies: %i', (match, count) => {
    const routes = webRoutes([{ name: 'x', match: [match], ...A }])
    expect(routes.filter(({ name }) => name === 'x')).toHaveLength(count)
  })
})

describe('conditions', () => {
  const matchOf = (match: object) => webRoutes([{ match: [match], ...A }])[0]?.match

  test('headers stand in the order of their names, the method and its like after them', () => {
    const match = matchOf({
      headers: { b: { exact: '1' }, a: {} },
      withoutHeaders: { c: {}, a: { prefix: 'x' } },
      scheme: { exact: 'https' },
      authority: { prefix: 'web' },
      method: { regex: 'G.*' },
    })
    expect(match?.headers).toEqual([
      { name: 'a', presentMatch: true },
      { name: 'a', stringMatch: { prefix: 'x' }, invertMatch: true, treatMissingHeaderAsEmpty: true },
      { name: 'b', stringMatch: { exact: '1' } },
      { name: 'c', presentMatch: true, invertMatch: true },
      { name: ':method', stringMatch: { safeRegex: { regex: 'G.*' } } },
      { name: ':authority', stringMatch: { prefix: 'web' } },
      { name: ':scheme', stringMatch: { exact: 'https' } },
    ])
  })

  test('query parameters and paths', () => {
    const match = matchOf({ uri: { exact: '/a' }, ignoreUriCase: true, queryParams: { q: { exact: '1' }, p: {} } })
    expect(match).toEqual({
      path: '/a',
      caseSensitive: false,
      queryParameters: [
        { name: 'p', presentMatch: true },
        { name: 'q', stringMatch: { exact: '1' } },
      ],
    })
  })
})

describe('answers of the proxy itself', () => {
  test.each([
    [
      { uri: '/new', redirectCode: 302 },
      { pathRedirect: '/new', responseCode: 'FOUND' },
    ],
    [{ authority: 'b.example.com' }, { hostRedirect: 'b.example.com', pathRedirect: '' }],
    [
      { prefixRewrite: '/x', scheme: 'https', port: 443 },
      { prefixRewrite: '/x', schemeRedirect: 'https' },
    ],
    [
      { uri: '/x', port: 443 },
      { pathRedirect: '/x', portRedirect: 443 },
    ],
    [
      { uri: '/x', derivePort: 'FROM_REQUEST_PORT', scheme: 'https' },
      { pathRedirect: '/x', portRedirect: 80, schemeRedirect: 'https' },
    ],
    [{ uri: '/x', derivePort: 'FROM_REQUEST_PORT' }, { pathRedirect: '/x' }],
    [{ uri: '/x', derivePort: 'FROM_PROTOCOL_DEFAULT' }, { pathRedirect: '/x' }],
  ])('redirect %j', (redirect, action) => {
    expect(webRoutes([{ redirect }])[0]?.redirect).toEqual(action)
  })

  test('a redirect is named after the VirtualService in traces, and keeps its header changes', () => {
    const [route] = webRoutes([{ redirect: { uri: '/x' }, headers: { response: { set: { a: '1' } } } }])
    expect(route?.decorator).toEqual({ operation: 'web:80/*' })
    expect(route?.responseHeadersToAdd).toHaveLength(1)
  })

  test('direct responses', () => {
    expect(webRoutes([{ directResponse: { status: 503, body: { bytes: 'aGk=' } } }])[0]?.directResponse).toEqual({
      status: 503,
      body: { inlineBytes: 'aGk=' },
    })
  })
})

describe('destinations', () => {
  test('several share the requests by weight; those without weight are left out', () => {
    const [route] = webRoutes([{ route: [to('a', { weight: 100 }), to('b', { weight: 0 })] }])
    expect(route?.route?.weightedClusters).toEqual({ clusters: [{ name: cluster('a'), weight: 100 }] })
    expect(route?.decorator).toEqual({ operation: 'web:80/*' })
  })

  test('a single one adds its header changes to those of the rule', () => {
    const [route] = webRoutes([
      {
        headers: { request: { set: { Host: 'rule.example.com', b: '2', a: '' }, remove: ['x'] } },
        route: [to('a', { headers: { request: { add: { host: 'own.example.com', c: '3' } } } })],
      },
    ])
    expect(route).toMatchObject({
      requestHeadersToAdd: [
        { header: { key: 'a' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        { header: { key: 'b', value: '2' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        { header: { key: 'c', value: '3' } },
      ],
      requestHeadersToRemove: ['x'],
      route: { hostRewriteLiteral: 'rule.example.com' },
    })
  })

  test('a rewrite changes authority and path', () => {
    const [route] = webRoutes([
      {
        rewrite: { authority: 'new.example.com', uriRegexRewrite: { match: '^/a(.*)', rewrite: '/b\\1' } },
        ...A,
      },
    ])
    expect(route?.route).toMatchObject({
      hostRewriteLiteral: 'new.example.com',
      regexRewrite: { pattern: { regex: '^/a(.*)' }, substitution: '/b\\1' },
    })
    expect(route).not.toHaveProperty('requestHeadersToAdd')
  })

  test.each([
    [{}, [{ numerator: 100 }]],
    [{ mirrorPercent: 20 }, [{ numerator: 20 }]],
    [{ mirrorPercentage: { value: 0.1 } }, [{ numerator: 1000, denominator: 'MILLION' }]],
    [{ mirrorPercentage: { value: 0 } }, undefined],
  ])('mirrors with %j', (percent, shares) => {
    const [route] = webRoutes([{ mirror: { host: 'b' }, ...percent, ...A }])
    expect(route?.route?.requestMirrorPolicies?.map(({ runtimeFraction }) => runtimeFraction.defaultValue)).toEqual(
      shares,
    )
  })
})

describe('retries', () => {
  const retryOf = (retries: object | undefined, more = '') =>
    webRoutes([{ retries, ...A }], more)[0]?.route?.retryPolicy

  test('are on by default', () => {
    expect(retryOf(undefined)).toMatchObject({
      numRetries: 2,
      retryOn: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
      hostSelectionRetryMaxAttempts: '5',
      retryHostPredicate: [{ name: 'envoy.retry_host_predicates.previous_hosts' }],
    })
  })

  test('can be switched off', () => {
    expect(retryOf({ attempts: 0 })).toBeUndefined()
  })

  test.each([
    ['503,5xx', '5xx,retriable-status-codes', [503]],
    ['503', ',retriable-status-codes', [503]],
    ['retriable-status-codes,418', 'retriable-status-codes', [418]],
    ['5xx,gateway-error', '5xx,gateway-error', undefined],
  ])('on %s', (retryOn, conditions, codes) => {
    const policy = retryOf({ attempts: 1, retryOn })
    expect([policy?.retryOn, policy?.retriableStatusCodes]).toEqual([conditions, codes])
  })

  test('bound requests may meet the same host again, unless that is ruled out', () => {
    const hashed = `
${service('a', '10.96.0.20', { http: 80 })}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec:
  host: a
  trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: user, ttl: 0s}}}}
---`
    expect(webRoutes([A], hashed)[0]?.route?.hashPolicy).toEqual([{ cookie: { name: 'user', ttl: '0s' } }])
    expect(retryOf(undefined, hashed)).not.toHaveProperty('retryHostPredicate')
    expect(retryOf({ attempts: 1, retryIgnorePreviousHosts: true }, hashed)).toHaveProperty('retryHostPredicate')
  })

  test('other settings', () => {
    const policy = retryOf({
      attempts: 3,
      perTryTimeout: '1.5s',
      backoff: '25ms',
      retryRemoteLocalities: true,
      retryIgnorePreviousHosts: false,
    })
    expect(policy).toMatchObject({
      numRetries: 3,
      perTryTimeout: '1.500s',
      retryBackOff: { baseInterval: '0.025s' },
      retryPriority: { name: 'envoy.retry_priorities.previous_priorities', typedConfig: { updateFrequency: 2 } },
    })
    expect(policy).not.toHaveProperty('retryHostPredicate')
  })
})

describe('filters', () => {
  test('faults', () => {
    const fault = {
      delay: { fixedDelay: '2s', percent: 0 },
      abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 0.5 } },
    }
    expect(webRoutes([{ fault, ...A }])[0]?.typedPerFilterConfig?.['envoy.filters.http.fault']).toEqual({
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
      delay: { fixedDelay: '2s', percentage: {} },
      abort: { grpcStatus: 14, percentage: { numerator: 5000, denominator: 'MILLION' } },
    })
  })

  test('CORS', () => {
    const corsPolicy = {
      allowOrigins: [{ regex: '.*' }, { prefix: 'https://' }],
      allowHeaders: ['a', 'b'],
      allowCredentials: false,
      maxAge: '90s',
      unmatchedPreflights: 'IGNORE',
    }
    expect(webRoutes([{ corsPolicy, ...A }])[0]?.typedPerFilterConfig?.['envoy.filters.http.cors']).toEqual({
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
      allowOriginStringMatch: [{ safeRegex: { regex: '.*' } }, { prefix: 'https://' }],
      allowHeaders: 'a,b',
      allowCredentials: false,
      maxAge: '90',
      filterEnabled: { defaultValue: { numerator: 100 } },
      forwardNotMatchingPreflights: false,
    })
  })
})
