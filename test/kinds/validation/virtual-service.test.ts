import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/sources/document.ts'
import { describeRules, found, type Rule, verdict } from './rules.ts'

type Fields = { [key: string]: JsonValue }

const destination = { host: 'web' }
const to = [{ destination }]
const service = (fields: Fields): Fields => ({ hosts: ['a.example.com'], http: [{ route: to }], ...fields })
const rules = (...http: Fields[]): Fields => service({ http: http.map((rule) => ({ route: to, ...rule })) })
const rule = (fields: Fields): Fields => rules(fields)
const match = (fields: Fields): Fields => rule({ match: [fields] })
const action = (fields: Fields): Fields => service({ http: [fields] })
const redirect = (fields: Fields, more: Fields = {}): Fields => action({ redirect: fields, ...more })
const routeTo = (fields: Fields): Fields => rule({ route: [{ destination: { ...destination, ...fields } }] })
const request = (operations: Fields): Fields => rule({ headers: { request: operations } })
const retries = (fields: Fields): Fields => rule({ retries: { attempts: 1, ...fields } })
const atGateway = (fields: Fields): Fields => service({ gateways: ['ns/gate'], ...fields })
const sni = (sniHosts: string[], fields: Fields = {}): Fields => ({
  hosts: ['*.example.com'],
  tls: [{ match: [{ sniHosts }], route: to }],
  ...fields,
})
const tcp = (fields: Fields): Fields => ({ hosts: ['a.example.com'], tcp: [{ match: [fields], route: to }] })

const RULE = ['spec', 'http', 0]
const MATCH = [...RULE, 'match', 0]

const objectRules: Rule[] = [
  {
    rule: 'needs routes',
    code: 'routes-required',
    at: ['spec'],
    bad: { hosts: ['a.example.com'] },
    good: { hosts: ['a.example.com'], http: [{ route: to }] },
  },
  {
    rule: 'wants hosts that are names or addresses',
    code: 'host-invalid',
    at: ['spec', 'hosts', 0],
    bad: service({ hosts: ['a_b.com'] }),
    good: service({ hosts: ['::1', '1.2.3.4', 'short'] }),
  },
  {
    rule: 'takes generated names where gateways pass TLS through',
    code: 'host-invalid',
    at: ['spec', 'hosts', 0],
    bad: service({ hosts: ['outbound_.80_._.a.com'], gateways: ['ns/gate'] }),
    good: {
      hosts: ['outbound_.80_._.a.com'],
      gateways: ['ns/gate'],
      tls: [{ match: [{ sniHosts: ['outbound_.80_._.a.com'] }], route: to }],
    },
  },
  {
    rule: 'takes the host * at gateways only',
    code: 'full-wildcard',
    at: ['spec', 'hosts', 0],
    bad: service({ hosts: ['*'], gateways: ['mesh'] }),
    good: atGateway({ hosts: ['*'] }),
  },
  {
    rule: 'wants names of gateways',
    code: 'gateway-reference-invalid',
    at: ['spec', 'gateways', 0],
    bad: service({ gateways: ['ns/a.b'] }),
    good: service({ gateways: ['ns/a-b'] }),
  },
  {
    rule: 'looks no further than a gateway without a namespace',
    code: 'gateway-reference-invalid',
    at: ['spec', 'gateways', 0],
    bad: service({ gateways: ['ns/', 'gate'] }),
    good: service({ gateways: ['gate', 'ns/'] }),
  },
  {
    rule: 'warns of dotted names of gateways',
    code: 'gateway-reference-legacy',
    at: ['spec', 'gateways', 0],
    warning: true,
    bad: service({ gateways: ['gate.ns.svc.cluster.local'] }),
    good: service({ gateways: ['ns/gate'] }),
  },
  {
    rule: 'routes by claims at gateways only',
    code: 'claim-needs-gateway',
    at: [...MATCH, 'headers', '@request.auth.claims.sub'],
    bad: match({ headers: { '@request.auth.claims.sub': { exact: 'a' } } }),
    good: atGateway({ http: [{ match: [{ headers: { '@request.auth.claims[sub]': { exact: 'a' } } }], route: to }] }),
  },
  {
    rule: 'has no gateways as a delegate',
    code: 'delegate-invalid',
    at: ['spec', 'gateways'],
    bad: { gateways: ['ns/gate'], http: [{ route: to }] },
    good: { http: [{ route: to }] },
  },
  {
    rule: 'does not delegate further as a delegate',
    code: 'delegate-invalid',
    at: [...RULE, 'delegate'],
    bad: { http: [{ delegate: { name: 'a' }, route: to }] },
    good: service({ http: [{ delegate: { name: 'a' } }] }),
  },
  {
    rule: 'cannot be exported to nobody',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo', 0],
    bad: service({ exportTo: ['~'] }),
    good: service({ exportTo: ['.'] }),
  },
]

const actionRules: Rule[] = [
  {
    rule: 'must lead somewhere',
    code: 'route-action-required',
    at: [...RULE, 'route'],
    bad: action({ timeout: '1s' }),
    good: action({ directResponse: { status: 200 } }),
  },
  {
    rule: 'routes or redirects',
    code: 'route-action-conflict',
    at: [...RULE, 'route'],
    bad: redirect({ uri: '/' }, { route: to }),
    good: redirect({ uri: '/' }),
  },
  {
    rule: 'redirects or answers',
    code: 'route-action-conflict',
    at: [...RULE, 'directResponse'],
    bad: redirect({ uri: '/' }, { directResponse: { status: 200 } }),
    good: action({ directResponse: { status: 200 } }),
  },
  {
    rule: 'rewrites only what it routes',
    code: 'route-action-conflict',
    at: [...RULE, 'rewrite'],
    bad: action({ directResponse: { status: 200 }, rewrite: { uri: '/' } }),
    good: rule({ rewrite: { uri: '/' } }),
  },
  {
    rule: 'delegates or routes',
    code: 'route-action-conflict',
    at: [...RULE, 'route'],
    bad: action({ delegate: { name: 'a' }, route: to }),
    good: action({ delegate: { name: 'a' }, route: [] }),
  },
  {
    rule: 'has one way to name mirrors',
    code: 'route-action-conflict',
    at: [...RULE, 'mirrors'],
    bad: rule({ mirror: destination, mirrors: to }),
    good: rule({ mirrors: to }),
  },
  {
    rule: 'needs destinations',
    code: 'destination-required',
    at: [...RULE, 'route', 0, 'destination'],
    bad: rule({ route: [{ weight: 1 }] }),
    good: rule({ route: [{ destination }] }),
  },
  {
    rule: 'needs destinations of mirrors',
    code: 'destination-required',
    at: [...RULE, 'mirrors', 0, 'destination'],
    bad: rule({ mirrors: [{ percentage: { value: 1 } }] }),
    good: rule({ mirrors: [{ destination }] }),
  },
  {
    rule: 'wants hosts of services',
    code: 'destination-invalid',
    at: [...RULE, 'route', 0, 'destination', 'host'],
    bad: routeTo({ host: '*' }),
    good: routeTo({ host: '*.example.com' }),
  },
  {
    rule: 'wants names of subsets',
    code: 'subset-name-invalid',
    at: [...RULE, 'route', 0, 'destination', 'subset'],
    bad: routeTo({ subset: 'v1.0' }),
    good: routeTo({ subset: 'v1' }),
  },
  {
    rule: 'wants ports in range',
    code: 'port-range',
    at: [...RULE, 'route', 0, 'destination', 'port', 'number'],
    bad: routeTo({ port: {} }),
    good: routeTo({ port: { number: 80 } }),
  },
  {
    rule: 'wants no negative weights',
    code: 'weight-invalid',
    at: [...RULE, 'route', 0, 'weight'],
    bad: rule({ route: [{ destination, weight: -1 }] }),
    good: rule({ route: [{ destination, weight: 0 }] }),
  },
  {
    rule: 'wants some weight among several',
    code: 'weight-invalid',
    at: [...RULE, 'route'],
    bad: rule({ route: [{ destination }, { destination }] }),
    good: rule({ route: [{ destination }, { destination, weight: 1 }] }),
  },
  {
    rule: 'times out after 1ms at least',
    code: 'duration-invalid',
    at: [...RULE, 'timeout'],
    bad: rule({ timeout: '0s' }),
    good: rule({ timeout: '1ms' }),
  },
  {
    rule: 'redirects by a whole or a partial path',
    code: 'redirect-invalid',
    at: [...RULE, 'redirect', 'prefixRewrite'],
    bad: redirect({ uri: '/', prefixRewrite: '/' }),
    good: redirect({ prefixRewrite: '/' }),
  },
  {
    rule: 'redirects prefixes where prefixes match',
    code: 'redirect-invalid',
    at: [...RULE, 'redirect', 'prefixRewrite'],
    bad: redirect({ prefixRewrite: '/' }, { match: [{ uri: { exact: '/a' } }] }),
    good: redirect({ prefixRewrite: '/' }, { match: [{ uri: { prefix: '/a' } }, { port: 80 }] }),
  },
  {
    rule: 'redirects to something else',
    code: 'redirect-invalid',
    at: [...RULE, 'redirect', 'uri'],
    bad: redirect({ redirectCode: 301 }),
    good: redirect({ redirectCode: 301, derivePort: 'FROM_REQUEST_PORT' }),
  },
  {
    rule: 'redirects with a redirect code',
    code: 'redirect-invalid',
    at: [...RULE, 'redirect', 'redirectCode'],
    bad: redirect({ uri: '/', redirectCode: 400 }),
    good: redirect({ uri: '/', redirectCode: 399 }),
  },
  {
    rule: 'redirects within HTTP',
    code: 'redirect-invalid',
    at: [...RULE, 'redirect', 'scheme'],
    bad: redirect({ scheme: 'ftp' }),
    good: redirect({ scheme: 'https' }),
  },
  {
    rule: 'redirects to ports in range',
    code: 'port-range',
    at: [...RULE, 'redirect', 'port'],
    bad: redirect({ port: 65536 }),
    good: redirect({ port: 0 }),
  },
  {
    rule: 'answers with a status',
    code: 'status-invalid',
    at: [...RULE, 'directResponse', 'status'],
    bad: action({ directResponse: { status: 199 } }),
    good: action({ directResponse: { status: 600 } }),
  },
  {
    rule: 'warns of large bodies, in bytes',
    code: 'body-too-large',
    at: [...RULE, 'directResponse', 'body'],
    warning: true,
    bad: action({ directResponse: { status: 200, body: { string: 'é'.repeat(51201) } } }),
    good: action({ directResponse: { status: 200, body: { string: 'é'.repeat(51200) } } }),
  },
  {
    rule: 'refuses larger bodies',
    code: 'body-too-large',
    at: [...RULE, 'directResponse', 'body'],
    bad: action({ directResponse: { status: 200, body: { string: 'a'.repeat(1024 * 1024 + 1) } } }),
    good: action({ directResponse: { status: 200, body: { string: 'a' } } }),
  },
  {
    rule: 'wants base64 where bytes are',
    code: 'body-not-base64',
    at: [...RULE, 'directResponse', 'body', 'bytes'],
    bad: action({ directResponse: { status: 200, body: { bytes: 'eA' } } }),
    good: action({ directResponse: { status: 200, body: { bytes: 'eA==' } } }),
  },
  {
    rule: 'rewrites something',
    code: 'rewrite-invalid',
    at: [...RULE, 'rewrite'],
    bad: rule({ rewrite: {} }),
    good: rule({ rewrite: { authority: 'a' } }),
  },
  {
    rule: 'rewrites paths in one way',
    code: 'rewrite-invalid',
    at: [...RULE, 'rewrite', 'uriRegexRewrite'],
    bad: rule({ rewrite: { uri: '/', uriRegexRewrite: { match: 'a', rewrite: 'b' } } }),
    good: rule({ rewrite: { uriRegexRewrite: { match: 'a', rewrite: 'b' } } }),
  },
  {
    rule: 'rewrites by a regular expression of RE2',
    code: 'regex-invalid',
    at: [...RULE, 'rewrite', 'uriRegexRewrite', 'match'],
    bad: rule({ rewrite: { uriRegexRewrite: { match: '(?=a)', rewrite: 'b' } } }),
    good: rule({ rewrite: { uriRegexRewrite: { match: '(?:a)', rewrite: 'b' } } }),
  },
]

const detailRules: Rule[] = [
  {
    rule: 'retries at least once',
    code: 'retry-invalid',
    at: [...RULE, 'retries', 'attempts'],
    bad: rule({ retries: { retryRemoteLocalities: false } }),
    good: rule({ retries: { backoff: '1s' } }),
  },
  {
    rule: 'retries on what Envoy knows',
    code: 'retry-invalid',
    at: [...RULE, 'retries', 'retryOn'],
    bad: retries({ retryOn: '5xx, reset' }),
    good: retries({ retryOn: '5xx,reset' }),
  },
  {
    rule: 'retries on statuses that have a name',
    code: 'retry-invalid',
    at: [...RULE, 'retries', 'retryOn'],
    bad: retries({ retryOn: '306' }),
    good: retries({ retryOn: '307' }),
  },
  {
    rule: 'injects an abort or a delay',
    code: 'fault-invalid',
    at: [...RULE, 'fault'],
    bad: rule({ fault: {} }),
    good: rule({ fault: { abort: {} } }),
  },
  {
    rule: 'injects into a fraction of requests',
    code: 'percent-range',
    at: [...RULE, 'fault', 'abort', 'percentage'],
    bad: rule({ fault: { abort: { httpStatus: 500, percentage: { value: 0.00009 } } } }),
    good: rule({ fault: { abort: { httpStatus: 500, percentage: { value: 0.0001 } } } }),
  },
  {
    rule: 'injects gRPC statuses by name',
    code: 'status-invalid',
    at: [...RULE, 'fault', 'abort', 'grpcStatus'],
    bad: rule({ fault: { abort: { grpcStatus: '14' } } }),
    good: rule({ fault: { abort: { grpcStatus: 'UNAVAILABLE' } } }),
  },
  {
    rule: 'injects no HTTP/2 errors',
    code: 'fault-invalid',
    at: [...RULE, 'fault', 'abort', 'http2Error'],
    bad: rule({ fault: { abort: { http2Error: 'a' } } }),
    good: rule({ fault: { abort: { httpStatus: 200 } } }),
  },
  {
    rule: 'injects no exponential delays',
    code: 'fault-invalid',
    at: [...RULE, 'fault', 'delay', 'exponentialDelay'],
    bad: rule({ fault: { delay: { exponentialDelay: '1s' } } }),
    good: rule({ fault: { delay: { fixedDelay: '1s' } } }),
  },
  {
    rule: 'mirrors up to 100 percent',
    code: 'percent-range',
    at: [...RULE, 'mirrorPercentage'],
    bad: rule({ mirrorPercentage: { value: 100.1 } }),
    good: rule({ mirrorPercentage: { value: 0.00001 } }),
  },
  {
    rule: 'warns of mirrorPercent',
    code: 'deprecated-field',
    at: [...RULE, 'mirrorPercent'],
    warning: true,
    bad: rule({ mirrorPercent: 100 }),
    good: rule({ mirrorPercent: null }),
  },
  {
    rule: 'allows methods of HTTP',
    code: 'cors-invalid',
    at: [...RULE, 'corsPolicy', 'allowMethods', 0],
    bad: rule({ corsPolicy: { allowMethods: ['get'] } }),
    good: rule({ corsPolicy: { allowMethods: ['GET', '*'] } }),
  },
  {
    rule: 'allows origins that are not empty',
    code: 'cors-invalid',
    at: [...RULE, 'corsPolicy', 'allowOrigins', 0],
    bad: rule({ corsPolicy: { allowOrigins: [{ exact: '' }] } }),
    good: rule({ corsPolicy: { allowOrigins: [{ exact: '*' }] } }),
  },
  {
    rule: 'caches for whole seconds',
    code: 'cors-invalid',
    at: [...RULE, 'corsPolicy', 'maxAge'],
    bad: rule({ corsPolicy: { maxAge: '1.5s' } }),
    good: rule({ corsPolicy: { maxAge: '2s' } }),
  },
  {
    rule: 'allows headers by name',
    code: 'header-name-invalid',
    at: [...RULE, 'corsPolicy', 'exposeHeaders', 0],
    bad: rule({ corsPolicy: { exposeHeaders: ['a b'] } }),
    good: rule({ corsPolicy: { exposeHeaders: ['a,b', '*'] } }),
  },
  {
    rule: 'sets the authority of requests, but no other pseudo header',
    code: 'header-name-invalid',
    at: [...RULE, 'headers', 'request', 'set', ':path'],
    bad: request({ set: { ':path': '/' } }),
    good: request({ set: { ':authority': 'a' } }),
  },
  {
    rule: 'does not remove the host',
    code: 'header-name-invalid',
    at: [...RULE, 'headers', 'request', 'remove', 0],
    bad: request({ remove: ['Host'] }),
    good: request({ remove: ['X-Host'] }),
  },
  {
    rule: 'does not set the host of responses',
    code: 'header-name-invalid',
    at: [...RULE, 'route', 0, 'headers', 'response', 'add', 'host'],
    bad: rule({ route: [{ destination, headers: { response: { add: { host: 'a' } } } }] }),
    good: rule({ route: [{ destination, headers: { request: { add: { host: 'a' } } } }] }),
  },
  {
    rule: 'sets header values that Envoy can read',
    code: 'header-value-invalid',
    at: [...RULE, 'headers', 'request', 'add', 'a'],
    bad: request({ add: { a: '100%' } }),
    good: request({ add: { a: '100%%' } }),
  },
  {
    rule: 'sets the authority once',
    code: 'authority-conflict',
    at: [...RULE, 'headers', 'request', 'set', 'host'],
    bad: rule({ rewrite: { authority: 'a' }, headers: { request: { set: { host: 'b' } } } }),
    good: rule({ rewrite: { uri: '/' }, headers: { request: { set: { host: 'b' } } } }),
  },
]

const matchRules: Rule[] = [
  {
    rule: 'matches header names',
    code: 'header-name-invalid',
    at: [...MATCH, 'headers', 'a b'],
    bad: match({ headers: { 'a b': { exact: 'c' } } }),
    good: match({ headers: { ':authority': { exact: 'c' } } }),
  },
  {
    rule: 'matches prefixes that are not empty',
    code: 'match-invalid',
    at: [...MATCH, 'authority', 'prefix'],
    bad: match({ authority: { prefix: '' } }),
    good: match({ uri: { prefix: '' } }),
  },
  {
    rule: 'matches regular expressions that are not empty',
    code: 'regex-invalid',
    at: [...MATCH, 'uri', 'regex'],
    bad: match({ uri: { regex: '' } }),
    good: match({ uri: { regex: '.' } }),
  },
  {
    rule: 'matches regular expressions of RE2',
    code: 'regex-invalid',
    at: [...MATCH, 'queryParams', 'q', 'regex'],
    bad: match({ queryParams: { q: { regex: '*' } } }),
    good: match({ withoutHeaders: { q: { regex: '*' } } }),
  },
  {
    rule: 'limits regular expressions, in bytes',
    code: 'regex-invalid',
    at: [...MATCH, 'method', 'regex'],
    bad: match({ method: { regex: 'é'.repeat(513) } }),
    good: match({ method: { regex: 'é'.repeat(512) } }),
  },
  {
    rule: 'matches namespaces',
    code: 'match-invalid',
    at: [...MATCH, 'sourceNamespace'],
    bad: match({ sourceNamespace: '*' }),
    good: match({ sourceNamespace: 'a' }),
  },
  {
    rule: 'matches ports in range',
    code: 'port-range',
    at: [...MATCH, 'port'],
    bad: match({ port: 65536 }),
    good: match({ port: 0 }),
  },
  {
    rule: 'matches labels that Kubernetes allows',
    code: 'label-invalid',
    at: [...MATCH, 'sourceLabels', 'app'],
    bad: match({ sourceLabels: { app: '*' } }),
    good: match({ sourceLabels: { app: '' } }),
  },
  {
    rule: 'matches gateways by name, dotted ones without a warning',
    code: 'gateway-reference-invalid',
    at: [...MATCH, 'gateways', 0],
    bad: match({ gateways: ['a/b/c'] }),
    good: match({ gateways: ['b.a'] }),
  },
  {
    rule: 'needs SNI hosts',
    code: 'match-required',
    at: ['spec', 'tls', 0, 'match', 0, 'sniHosts'],
    bad: sni([]),
    good: sni(['a.example.com']),
  },
  {
    rule: 'needs matches of TLS',
    code: 'match-required',
    at: ['spec', 'tls', 0, 'match'],
    bad: { hosts: ['a.com'], tls: [{ route: to }] },
    good: { hosts: ['a.com'], tcp: [{ route: to }] },
  },
  {
    rule: 'matches SNI hosts of its own',
    code: 'sni-host-invalid',
    at: ['spec', 'tls', 0, 'match', 0, 'sniHosts', 0],
    bad: sni(['example.com']),
    good: sni(['*.a.example.com']),
  },
  {
    rule: 'matches SNI hosts that are no wider than its own',
    code: 'sni-host-invalid',
    at: ['spec', 'tls', 0, 'match', 0, 'sniHosts', 0],
    bad: sni(['*.com']),
    good: sni(['*.example.com']),
  },
  {
    rule: 'warns of addresses as SNI',
    code: 'sni-host-ip',
    at: ['spec', 'tls', 0, 'match', 0, 'sniHosts', 0],
    warning: true,
    bad: sni(['1.2.3.4'], { hosts: ['1.2.3.4'] }),
    good: sni(['a.com'], { hosts: ['a.com'] }),
  },
  {
    rule: 'matches subnets',
    code: 'address-invalid',
    at: ['spec', 'tcp', 0, 'match', 0, 'destinationSubnets', 0],
    bad: tcp({ destinationSubnets: ['10.0.0.0/08'] }),
    good: tcp({ destinationSubnets: ['10.0.0.0/8'] }),
  },
  {
    rule: 'needs destinations of TCP',
    code: 'route-action-required',
    at: ['spec', 'tcp', 0, 'route'],
    bad: { hosts: ['a.com'], tcp: [{}] },
    good: { hosts: ['a.com'], tcp: [{ route: to }] },
  },
]

const exact = (value: string): Fields => ({ uri: { exact: value } })
const prefix = (value: string, more: Fields = {}): Fields => ({ match: [{ uri: { prefix: value }, ...more }] })
const unreachable = (at: number): Pick<Rule, 'code' | 'at' | 'warning'> => ({
  code: 'rule-unreachable',
  at: ['spec', 'http', at],
  warning: true,
})
const ineffective: Pick<Rule, 'code' | 'at' | 'warning'> = {
  code: 'match-ineffective',
  at: ['spec', 'http', 1, 'match', 0],
  warning: true,
}

const orderRules: Rule[] = [
  {
    rule: 'warns of rules after one that takes everything',
    ...unreachable(1),
    bad: rules({}, { match: [exact('/')] }),
    good: rules({ match: [exact('/')] }, {}),
  },
  { rule: 'warns of a second rule that takes everything', ...unreachable(1), bad: rules({}, {}), good: rules({}) },
  {
    rule: 'warns of TCP rules that are never reached',
    code: 'rule-unreachable',
    at: ['spec', 'tcp', 1],
    warning: true,
    bad: { hosts: ['a.com'], tcp: [{ route: to }, { match: [{ port: 1 }], route: to }] },
    good: { hosts: ['a.com'], tcp: [{ match: [{ port: 1 }], route: to }, { route: to }] },
  },
  {
    rule: 'warns of equal matches, whatever their names and orders',
    ...ineffective,
    bad: rules(
      { match: [{ name: 'a', headers: { a: { exact: '1' }, b: { exact: '2' } } }] },
      { match: [{ name: 'b', headers: { b: { exact: '2' }, a: { exact: '1' } } }, exact('/')] },
    ),
    good: rules(
      { match: [{ headers: { a: { exact: '1' }, b: { exact: '2' } } }] },
      { match: [{ headers: { a: { exact: '2' }, b: { exact: '1' } } }, exact('/')] },
    ),
  },
  {
    rule: 'warns of longer prefixes after shorter ones',
    ...ineffective,
    bad: rules(prefix('/a'), prefix('/ab')),
    good: rules(prefix('/ab'), prefix('/a')),
  },
  {
    rule: 'compares the ports of prefixes',
    ...ineffective,
    bad: rules(prefix('/a', { port: 80 }), prefix('/ab', { port: 80 })),
    good: rules(prefix('/a', { port: 80 }), prefix('/ab')),
  },
  {
    rule: 'takes a match without method for GET',
    ...ineffective,
    bad: rules(prefix('/a'), prefix('/ab', { method: { exact: 'GET' } })),
    good: rules(prefix('/a'), prefix('/ab', { method: { exact: 'POST' } })),
  },
  {
    rule: 'compares the headers of prefixes',
    ...ineffective,
    bad: rules(prefix('/a', { headers: { a: { exact: '12' } } }), prefix('/ab', { headers: { a: { exact: '1' } } })),
    good: rules(prefix('/a', { headers: { a: { exact: '1' } } }), prefix('/ab', { headers: { a: { exact: '12' } } })),
  },
]

describeRules('VirtualService', [...objectRules, ...actionRules, ...detailRules, ...matchRules, ...orderRules])

describe('VirtualService', () => {
  it.each([
    [['a.com', 'a.com'], true],
    [['*.com', 'a.com'], true],
    [['a.com', '*.com'], true],
    [['*.a.com', '*.com'], true],
    [['*.a.com', 'a.com'], false],
    [['*.a.com', '*.b.com'], false],
  ])('finds hosts that cover each other in %j: %s', (hosts, duplicate) => {
    const { errors } = verdict('VirtualService', service({ hosts }))
    expect(found(errors).some(({ code }) => code === 'host-duplicate')).toBe(duplicate)
  })

  it('compares hosts only when all are valid', () => {
    const { errors } = verdict('VirtualService', service({ hosts: ['a.com', 'a.com', 'a_b'] }))
    expect(found(errors)).toEqual([{ code: 'host-invalid', at: 'spec/hosts/2' }])
  })

  it('reports a rule of which all matches are taken', () => {
    const { warnings } = verdict('VirtualService', rules({ match: [exact('/')] }, { match: [exact('/')] }))
    expect(found(warnings)).toEqual([
      { code: 'match-ineffective', at: 'spec/http/1/match/0' },
      { code: 'rule-unreachable', at: 'spec/http/1' },
    ])
  })

  it('does not judge destinations that come from another API', () => {
    const annotations = { 'internal.istio.io/route-semantics': 'gateway' }
    expect(verdict('VirtualService', routeTo({ host: '*' }), { annotations }).errors).toEqual([])
  })

  it('copes with very many hosts and matches', () => {
    const hosts = Array.from({ length: 20_000 }, (_, index) => `h${index}.example.com`)
    const http = hosts.map((host, index) => prefix(`/${index}/`, { authority: { exact: host } }))
    const { errors, warnings } = verdict('VirtualService', { ...rules(...http), hosts })
    expect(errors).toEqual([])
    expect(warnings).toEqual([])
  })
})
