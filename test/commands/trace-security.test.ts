import { describe, expect, it } from 'vitest'
import { documents, folderOf, vipctl } from './cli.ts'

const pod = (name: string, ip: string, namespace: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}, security.istio.io/tlsMode: istio}}
spec: {serviceAccountName: ${name}, containers: [{name: app, ports: [{containerPort: 8080}]}]}
status: {phase: Running, podIP: ${ip}, podIPs: [{ip: ${ip}}], conditions: [{type: Ready, status: 'True'}]}
`

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec:
  selector: {app: orders}
  clusterIP: 10.96.1.1
  ports: [{name: http, port: 80, targetPort: 8080}, {name: tcp-db, port: 3306}]
`

const security = (kind: string, name: string, spec: string) => `
apiVersion: security.istio.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
`

const policy = (name: string, spec: string) => security('AuthorizationPolicy', name, spec)

const TOKENS = security(
  'RequestAuthentication',
  'tokens',
  `{jwtRules: [{issuer: 'https://login.example.com', audiences: [shop], jwks: '{"keys":[]}'}]}`,
)

const WORKLOADS = documents(SERVICE, pod('orders', '10.0.0.1', 'shop'), pod('web', '10.0.0.2', 'frontend'))

async function outcome(policies: readonly string[], target: string, ...flags: string[]) {
  const cwd = folderOf({ 'mesh.yaml': documents(WORKLOADS, ...policies) })
  const args = ['trace', target, ...flags, '-f', 'mesh.yaml', '--proxy', 'web.frontend', '-o', 'json', '-q']
  const { stdout, stderr, code } = await vipctl(args, { cwd })
  if (code === 2) return stderr.trim()
  const { detail } = JSON.parse(stdout)
  const text = String(detail.text).replace('Pod shop/orders refuses it: ', '')
  return [code, detail.status, code === 0 ? '' : text].filter((part) => part !== '' && part !== undefined).join(' ')
}

describe('AuthorizationPolicies', () => {
  const FROM_WEB = policy('web', '{rules: [{from: [{source: {principals: [cluster.local/ns/frontend/sa/web]}}]}]}')

  it('let in the client whose identity a rule names', async () => {
    expect(await outcome([FROM_WEB], 'http://orders.shop/')).toBe('0')
    expect(await outcome([FROM_WEB], 'orders.shop:3306')).toBe('0')
  })

  it('refuse another identity, and plain text, which shows none', async () => {
    const other = ['--principal', 'cluster.local/ns/frontend/sa/other']
    const text = 'no rule of the ALLOW policies matches (AuthorizationPolicy shop/web)'
    expect(await outcome([FROM_WEB], 'http://orders.shop/', ...other)).toBe(`1 403 ${text}`)
    expect(await outcome([FROM_WEB], 'orders.shop:3306', ...other)).toBe(`1 ${text}`)
    const plain = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: plain, namespace: shop}
spec: {host: orders.shop.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}}
`
    expect(await outcome([FROM_WEB, plain], 'http://orders.shop/')).toBe(`1 403 ${text}`)
  })

  it('with the action DENY come before those that allow, and name the rule', async () => {
    const admin = policy('admin', '{action: DENY, rules: [{}, {to: [{operation: {paths: [/admin*]}}]}]}')
    const only = policy('admin', `{action: DENY, rules: [{to: [{operation: {paths: [/admin*], ports: ['8080']}}]}]}`)
    expect(await outcome([FROM_WEB, admin], 'http://orders.shop/')).toBe(
      '1 403 AuthorizationPolicy shop/admin rule 0 denies',
    )
    expect(await outcome([FROM_WEB, only], 'http://orders.shop/admin/users?x')).toBe(
      '1 403 AuthorizationPolicy shop/admin rule 0 denies',
    )
    expect(await outcome([FROM_WEB, only], 'http://orders.shop/')).toBe('0')
  })

  it.each([
    ['the method', '{to: [{operation: {methods: [GET]}}]}', '0'],
    ['another method', '{to: [{operation: {notMethods: [GET]}}]}', '1 403'],
    ['the host without case', '{to: [{operation: {hosts: [ORDERS.*]}}]}', '0'],
    ['a path with placeholders', "{to: [{operation: {paths: ['/a/{*}/c/{**}']}}]}", '0'],
    ['a path with another number of segments', "{to: [{operation: {paths: ['/a/{*}']}}]}", '1 403'],
    ['{**} behind a slash that the path has not', "{to: [{operation: {paths: ['/a/b/c/d/{**}']}}]}", '1 403'],
    ['the port of the workload, not of the service', "{to: [{operation: {ports: ['80']}}]}", '1 403'],
    ['the address of the client', '{from: [{source: {ipBlocks: [10.0.0.2]}}]}', '0'],
    ['another address', '{from: [{source: {notIpBlocks: [10.0.0.0/8]}}]}', '1 403'],
    ['the namespace', '{from: [{source: {namespaces: [front*]}}]}', '0'],
    ['the account', '{from: [{source: {serviceAccounts: [frontend/web]}}]}', '0'],
    ['the account in the namespace of the policy', '{from: [{source: {serviceAccounts: [web]}}]}', '1 403'],
    ['a header', "{when: [{key: 'request.headers[x-team]', values: ['a*']}]}", '0'],
    ['claims without a token', "{when: [{key: 'request.auth.claims[iss]', values: ['*']}]}", '1 403'],
  ])('compare %s', async (_, rule, expected) => {
    const text = await outcome([policy('p', `{rules: [${rule}]}`)], 'http://orders.shop/a/b/c/d', '-H', 'x-team: abc')
    expect(text.split(' ').slice(0, expected.split(' ').length).join(' ')).toBe(expected)
  })

  it('see the address behind proxies in x-forwarded-for', async () => {
    const behind = policy('behind', '{rules: [{from: [{source: {remoteIpBlocks: [203.0.113.9]}}]}]}')
    const forwarded = (addresses: string) => ['-H', `x-forwarded-for: ${addresses}`]
    expect(await outcome([behind], 'http://orders.shop/', ...forwarded('1.2.3.4, 203.0.113.9'))).toBe('0')
    expect(await outcome([behind], 'http://orders.shop/', ...forwarded('203.0.113.9, 1.2.3.4'))).toMatch(/^1 403/)
    expect(await outcome([behind], 'http://orders.shop/')).toMatch(/^1 403/)
  })

  it('that are dry runs refuse nothing', async () => {
    const dry = policy('dry', '{action: DENY, rules: [{}]}').replace(
      'namespace: shop}',
      "namespace: shop, annotations: {istio.io/dry-run: 'true'}}",
    )
    expect(await outcome([dry], 'http://orders.shop/')).toBe('0')
  })
})

describe('RequestAuthentications', () => {
  const claims = (text: string) => ['--jwt-claims', text]
  const VALID =
    '{"iss": "https://login.example.com", "aud": ["shop"], "sub": "x", "scope": "read write", "a": {"b": "c"}}'
  const need = (rule: string) => policy('need', `{rules: [${rule}]}`)

  it('let a request without a token pass, and check one with a token', async () => {
    expect(await outcome([TOKENS], 'http://orders.shop/')).toBe('0')
    expect(await outcome([TOKENS], 'http://orders.shop/', ...claims(VALID))).toBe('0')
    expect(await outcome([TOKENS], 'http://orders.shop/', ...claims('{"iss": "https://other"}'))).toBe(
      '1 401 no RequestAuthentication of the workload accepts tokens of https://other',
    )
    expect(
      await outcome([TOKENS], 'http://orders.shop/', ...claims('{"iss": "https://login.example.com", "aud": "x"}')),
    ).toBe('1 403 the token is for another audience')
  })

  it.each([
    ['the principal', "{from: [{source: {requestPrincipals: ['https://login.example.com/x']}}]}"],
    ['a word of a claim', "{when: [{key: 'request.auth.claims[scope]', values: [write]}]}"],
    ['a nested claim', "{when: [{key: 'request.auth.claims[a][b]', values: [c]}]}"],
    ['the audience', '{when: [{key: request.auth.audiences, values: [shop]}]}'],
  ])('give rules %s', async (_, rule) => {
    expect(await outcome([TOKENS, need(rule)], 'http://orders.shop/', ...claims(VALID))).toBe('0')
    expect(await outcome([TOKENS, need(rule)], 'http://orders.shop/')).toMatch(/^1 403 no rule/)
    // Without a check, there are no claims.
    expect(await outcome([need(rule)], 'http://orders.shop/', ...claims(VALID))).toMatch(/^1 403 no rule/)
  })
})

describe('AuthorizationPolicies of the action CUSTOM', () => {
  const PROVIDER = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    extensionProviders:
    - {name: opa, envoyExtAuthzGrpc: {service: orders.shop.svc.cluster.local, port: 80}}
`
  const asks = (rule: string) => policy('asks', `{action: CUSTOM, provider: {name: opa}, rules: [${rule}]}`)
  const ADMIN = '{to: [{operation: {paths: [/admin]}}]}'
  const DENY = policy('denied', `{action: DENY, rules: [${ADMIN}]}`)

  async function run(policies: readonly string[], target: string, ...flags: string[]) {
    const cwd = folderOf({ 'mesh.yaml': documents(WORKLOADS, PROVIDER, ...policies) })
    return vipctl(['trace', target, '-f', 'mesh.yaml', '--proxy', 'web.frontend', '-q', ...flags], { cwd })
  }

  it('make the outcome depend on the provider', async () => {
    const { stdout, code } = await run([asks(ADMIN)], 'http://orders.shop/admin')
    expect(code).toBe(0)
    expect(stdout).toMatch(/opa decides; the trace\s+shows what happens if it allows the request/)
    expect(stdout).toContain('=> reached, if opa allows it: 10.0.0.1:8080')
    const { stdout: json } = await run([asks(ADMIN)], 'http://orders.shop/admin', '-o', 'json')
    expect(JSON.parse(json)).toMatchObject({ outcome: 'reached', ifAllowedBy: ['opa'] })
    const { stdout: graph } = await run([asks(ADMIN)], 'http://orders.shop/admin', '-o', 'dot')
    expect(graph).toContain('label="reached, if opa allows it"')
  })

  it('do not concern what no rule matches, and what is refused in any case', async () => {
    const other = await run([asks(ADMIN)], 'http://orders.shop/')
    expect(other.stdout).not.toContain('opa')
    const { stdout, code } = await run([asks(ADMIN), DENY], 'http://orders.shop/admin', '-o', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).not.toHaveProperty('ifAllowedBy')
  })
})

describe('flags', () => {
  it.each([
    [['--principal', 'web'], /"web" is not an identity of the mesh/],
    [['--jwt-claims', '{x'], /--jwt-claims: not JSON/],
    [['--jwt-claims', '[1]'], /\[1\].*(no such file|not found|ENOENT|does not exist)/s],
    [['--principal', 'a/ns/b/sa/c', '--from', 'outside'], /has no identity/],
  ])('%j are refused with a reason', async (flags, text) => {
    expect(await outcome([], 'http://orders.shop/', ...flags)).toMatch(text)
  })

  it('of a token need a request', async () => {
    expect(await outcome([], 'orders.shop:3306', '--jwt-claims', '{}')).toMatch(/only HTTP requests have tokens/)
  })
})
