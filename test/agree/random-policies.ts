/** Random AuthorizationPolicies and RequestAuthentications, and connections that meet their rules now and then. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import type { Connection, HttpRequest } from '../../src/simulation/connection.ts'
import type { JsonValue } from '../../src/sources/document.ts'
import type { Random } from '../fuzz/random.ts'

type Json = { readonly [key: string]: JsonValue }

const HTTP_PORT = 8080
const TCP_PORT = 3306

const ADDRESSES = ['10.244.0.10', '10.244.7.1', '10.1.2.3', '127.0.0.9', '203.0.113.9']
const BLOCKS = ['10.0.0.0/8', '10.244.0.10', '10.1.2.3/16', '127.0.0.9', '203.0.113.9/32', '0.0.0.0/0']
/** What comes from them is a direct connection. */
const DIRECT = ['127.0.0.9', '127.1.2.3', '127.0.0.1']
const DIRECT_BLOCKS = ['127.0.0.9', '127.1.0.0/16', '127.1.2.9/24', '127.0.0.0/8', '10.0.0.0/8']
const PATHS = ['/', '/admin', '/admin/*', '*/users', '/a/{*}/c', '/a/{**}', '/{*}', '/a/{*}/{**}', '*', '/a']
const METHODS = ['GET', 'POST', 'P*', '*T', '*']
const HOSTS = ['app.shop', 'APP.*', '*.example.com', 'app.shop:8080', '*']
const PRINCIPALS = [
  'cluster.local/ns/default/sa/default',
  'cluster.local/ns/default/*',
  '*/sa/default',
  '*',
  'other/ns/default/sa/default',
]
const NAMESPACES = ['default', 'def*', '*ault', 'shop', '*']
const ACCOUNTS = ['default/default', 'default', 'shop/default']
const SUBJECTS = ['https://a.example.com/u1', 'https://a.example.com/*', '*/u2', '*', 'https://b.example.com/u2', 'u1']
const SNI = 'outbound_.80_._.app.shop.svc.cluster.local'

const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  'request.headers[x-team]': ['red', 'r*', '*d', '*', 'blue'],
  'request.headers[X-Other]': ['1', '*'],
  'source.ip': DIRECT_BLOCKS,
  'remote.ip': BLOCKS,
  'source.namespace': NAMESPACES,
  'source.principal': PRINCIPALS,
  'destination.ip': ['10.244.0.20', '10.244.0.0/16', '10.9.0.0/16'],
  'destination.port': [String(HTTP_PORT), String(TCP_PORT), '1'],
  'connection.sni': [SNI, 'outbound*', '*local', '*', 'x'],
  'request.auth.principal': SUBJECTS,
  'request.auth.audiences': ['shop', 's*', '*', 'bank'],
  'request.auth.presenter': ['app1', '*', 'app2'],
  'request.auth.claims[role]': ['admin', 'adm*', '*', 'user'],
  'request.auth.claims[realm][roles]': ['one', '*', 'two'],
  'request.auth.claims[scope]': ['read', 'write', '*', 'read write'],
}

function some<T>(values: readonly T[], random: Random): T[] {
  return random.shuffled(values).slice(0, 1 + random.below(2))
}

/** Some of the fields, or their opposites, with some values. */
function fields(all: Readonly<Record<string, readonly string[]>>, random: Random): Json {
  const out: Record<string, JsonValue> = {}
  for (const [field, values] of random.shuffled(Object.entries(all)).slice(0, 1 + random.below(2))) {
    const isNot = random.chance(1 / 4)
    out[isNot ? `not${field[0]?.toUpperCase()}${field.slice(1)}` : field] = some(values, random)
  }
  return out
}

function sourceOf(random: Random): Json {
  if (random.chance(1 / 8)) return { serviceAccounts: some(ACCOUNTS, random) }
  return fields(
    {
      principals: PRINCIPALS,
      namespaces: NAMESPACES,
      ipBlocks: DIRECT_BLOCKS,
      remoteIpBlocks: BLOCKS,
      requestPrincipals: SUBJECTS,
    },
    random,
  )
}

const operationOf = (random: Random): Json =>
  fields({ paths: PATHS, methods: METHODS, hosts: HOSTS, ports: [String(HTTP_PORT), String(TCP_PORT)] }, random)

function conditionOf(random: Random): Json {
  const [key, values] = random.pick(Object.entries(CONDITIONS))
  return { key, [random.chance(1 / 4) ? 'notValues' : 'values']: some(values, random) }
}

function ruleOf(random: Random): Json {
  const several = <T>(make: (random: Random) => T): T[] =>
    Array.from({ length: 1 + random.below(2) }, () => make(random))
  return {
    ...(random.chance(1 / 2) && { from: several((each) => ({ source: sourceOf(each) })) }),
    ...(random.chance(1 / 2) && { to: several((each) => ({ operation: operationOf(each) })) }),
    ...(random.chance(1 / 2) && { when: several(conditionOf) }),
  }
}

function policyOf(index: number, random: Random): Json {
  const action = random.pick(['ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'AUDIT'])
  const isDry = action !== 'AUDIT' && random.chance(1 / 10)
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `p${index}`, namespace: 'shop', ...(isDry && { annotations: { 'istio.io/dry-run': 'true' } }) },
    spec: { action, rules: Array.from({ length: 1 + random.below(3) }, () => ruleOf(random)) },
  }
}

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY_ID = 'key'
const ISSUERS = ['https://a.example.com', 'https://b.example.com']

const jwksText = (): string =>
  JSON.stringify({ keys: [{ ...KEY.publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] })

function tokensOf(random: Random): Json {
  const rule = (issuer: string): Json => ({
    issuer,
    jwks: jwksText(),
    ...(random.chance(1 / 2) && { audiences: some(['shop', 'bank'], random) }),
    ...(random.chance(1 / 2) && { forwardOriginalToken: true }),
  })
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: { name: 'tokens', namespace: 'shop' },
    spec: { jwtRules: some(ISSUERS, random).map(rule) },
  }
}

/** Policies for the workloads of a namespace. */
export function randomPolicies(random: Random): readonly Json[] {
  const policies = Array.from({ length: 1 + random.below(3) }, (_, index) => policyOf(index, random))
  return random.chance(2 / 3) ? [...policies, tokensOf(random)] : policies
}

/** A token with a signature. */
function signed(claims: Json): string {
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(KEY.privateKey).toString('base64url')}`
}

function claimsOf(random: Random): Json {
  return {
    iss: random.pick([...ISSUERS, 'https://c.example.com']),
    sub: random.pick(['u1', 'u2']),
    ...(random.chance(2 / 3) && { aud: random.pick<JsonValue>(['shop', 'bank', ['shop', 'x'], ['x']]) }),
    ...(random.chance(1 / 2) && { azp: random.pick(['app1', 'app2']) }),
    ...(random.chance(1 / 2) && { role: random.pick<JsonValue>(['admin', ['admin', 'user'], 'x']) }),
    ...(random.chance(1 / 2) && { realm: { roles: random.pick<JsonValue>([['one', 'two'], 'one', []]) } }),
    ...(random.chance(1 / 2) && { scope: random.pick(['read write', 'read', 'write']) }),
  }
}

function requestOf(random: Random): HttpRequest {
  const headers = new Map<string, string>()
  if (random.chance(1 / 2)) headers.set('x-team', random.pick(['red', 'blue', 'r', '']))
  if (random.chance(1 / 4)) headers.set('x-other', random.pick(['1', '2']))
  if (random.chance(1 / 4)) headers.set('x-forwarded-for', some(ADDRESSES, random).join(', '))
  const token = random.chance(1 / 2) ? claimsOf(random) : undefined
  if (token) headers.set('authorization', `Bearer ${signed(token)}`)
  return {
    method: random.pick(['GET', 'POST', 'PUT', 'PATCH']),
    authority: random.pick(['app.shop', 'App.shop', 'x.example.com', 'app.shop:8080']),
    path: random.pick([
      '/',
      '/admin',
      '/admin/users',
      '/a/b/c',
      '/a/b',
      '/a/',
      '/a//c',
      '/A',
      '/a/b/c?x=/admin',
      '/x/../admin',
      '/a/b|c/c',
      '/a/%7Bc%7D/c',
      '/a/b*/d',
      '/a/',
    ]),
    scheme: 'http',
    headers,
    version: random.pick(['1.1', '1.1', '2'] as const),
    ...(token && { token }),
  }
}

/** A connection to one of the ports of a workload, plain or in mutual TLS of the mesh. */
export function randomConnection(random: Random): Omit<Connection, 'address'> & { readonly direct: string } {
  const http = random.chance(3 / 4) ? requestOf(random) : undefined
  const protocols = http
    ? http.version === '2'
      ? ['istio-h2', 'istio', 'h2']
      : ['istio-http/1.1', 'istio']
    : ['istio']
  const tls = random.chance(2 / 3) ? { sni: SNI, alpn: protocols, certificate: 'mesh' as const } : undefined
  return { port: http ? HTTP_PORT : TCP_PORT, source: random.pick(ADDRESSES), direct: random.pick(DIRECT), http, tls }
}
