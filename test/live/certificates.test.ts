import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { folderOf, vipctl } from '../commands/cli.ts'
import { type Asked, closeAll, recorded, sendJson, startCluster, tlsFile } from './server.ts'

afterAll(closeAll)

const GROUP = 'gateway.networking.k8s.io'
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const CERTIFICATE = readFileSync(tlsFile('server.crt'), 'utf8')
const KEY = readFileSync(tlsFile('server.key'), 'utf8')
const OTHER_KEY = readFileSync(tlsFile('other-name.key'), 'utf8')

const secretOf = (key: string) => ({
  kind: 'Secret',
  apiVersion: 'v1',
  metadata: {
    name: 'public',
    namespace: 'edge',
    uid: 'u-secret',
    resourceVersion: '7',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': key, copy: key },
  },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': base64(CERTIFICATE), 'tls.key': base64(key) },
})

const gatewayOf = (name: string, gatewayClassName: string, certificate: string) => ({
  metadata: { name, namespace: 'edge', uid: `u-${name}`, resourceVersion: '5' },
  spec: {
    gatewayClassName,
    listeners: [
      { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: certificate }] } },
      { name: 'http', port: 80, protocol: 'HTTP' },
    ],
  },
})

/** What the server says of a Secret: its status and object. */
type SecretAnswer = (path: string) => readonly [status: number, body: unknown]

const missing: SecretAnswer = () => [404, { kind: 'Status', message: 'not found', code: 404 }]
const forbidden: SecretAnswer = () => [403, { kind: 'Status', message: 'secrets "x" is forbidden', code: 403 }]
const existing: SecretAnswer = () => [200, secretOf(KEY)]

/** A cluster with one Gateway of istiod and one of another controller, which both refer to Secrets. */
async function startEdge(answer: SecretAnswer, gateways = [gatewayOf('public', 'istio', 'public')]) {
  return startCluster({
    misbehave: ({ path }: Asked, response) => {
      if (path === '/apis') {
        const list = JSON.parse(recorded('apis.json')) as { groups: unknown[] }
        const version = { groupVersion: `${GROUP}/v1`, version: 'v1' }
        list.groups.push({ name: GROUP, versions: [version], preferredVersion: version })
        sendJson(response, 200, list)
      } else if (path === `/apis/${GROUP}/v1/gateways`) {
        const items = [...gateways, gatewayOf('other', 'nginx', 'unrelated')]
        sendJson(response, 200, { kind: 'GatewayList', apiVersion: `${GROUP}/v1`, metadata: {}, items })
      } else if (path.includes('/namespaces/edge/')) {
        sendJson(response, ...answer(path))
      } else return false
      return true
    },
  })
}

const namedPaths = (asked: readonly Asked[]) =>
  asked.map(({ path }) => path).filter((path) => path.includes('/namespaces/edge/'))

/** The condition ResolvedRefs of the listener https. */
async function resolvedOf(kubeconfig: string, more = '') {
  const { stdout, stderr, code } = await vipctl(`status gateway/public -n edge -c ${kubeconfig} -o json${more}`)
  expect(code, stderr).toBeLessThan(2)
  const text = stdout
  return { text, stderr }
}

describe('certificates of a live cluster', () => {
  it('are there if the cluster has them, and only their names are asked for', async () => {
    const { server, kubeconfig } = await startEdge(existing)
    const { text, stderr } = await resolvedOf(kubeconfig)
    expect(text).not.toContain('InvalidCertificateRef')
    expect(stderr).not.toContain('with certificates')
    expect(namedPaths(server.asked)).toEqual(['/api/v1/namespaces/edge/secrets/public'])
  })

  it('are missing if the cluster has none, whatever is assumed', async () => {
    const { kubeconfig } = await startEdge(missing)
    for (const more of ['', ' --assume all']) {
      const { text } = await resolvedOf(kubeconfig, more)
      expect(text).toContain('there is no Secret edge/public')
    }
  })

  it('are unusable if a key does not belong to its certificate', async () => {
    const { kubeconfig } = await startEdge(() => [200, secretOf(OTHER_KEY)])
    const { text } = await resolvedOf(kubeconfig)
    expect(text).toContain('Secret edge/public has no usable certificate')
  })

  it('are assumed if they may not be read, which is said once', async () => {
    const gateways = [gatewayOf('public', 'istio', 'public'), gatewayOf('private', 'istio', 'private')]
    const { kubeconfig } = await startEdge(forbidden, gateways)
    const { text, stderr } = await resolvedOf(kubeconfig)
    expect(text).not.toContain('InvalidCertificateRef')
    expect(stderr.match(/may not read Secret/g)).toHaveLength(1)
    expect(stderr).toContain('may not read Secret edge/public and 1 more, which the Gateway API refers to')
    expect(stderr).toContain('secrets "x" is forbidden')
    expect(stderr).toContain('vipctl-certificates')
  })

  it('are assumed for files that are applied over the cluster', async () => {
    const { kubeconfig } = await startEdge(existing)
    const object = { apiVersion: `${GROUP}/v1`, kind: 'Gateway', ...gatewayOf('new', 'istio', 'new') }
    const folder = folderOf({ 'new.yaml': JSON.stringify(object) })
    const { stdout } = await vipctl(`dump --proxy gateway/new.edge -c ${kubeconfig} -k -f ${folder} -o json`)
    expect(stdout).toContain('kubernetes-gateway://edge/new')
  })

  it.each(['dig db.example.com', 'proxies', 'snapshot'])('are not read for %s', async (line) => {
    const { server, kubeconfig } = await startEdge(existing)
    const { stdout } = await vipctl(`${line} -c ${kubeconfig}`)
    expect(stdout).not.toBe('')
    expect(namedPaths(server.asked)).toEqual([])
  })

  it('are never printed', async () => {
    const { kubeconfig } = await startEdge(() => [200, secretOf(OTHER_KEY)])
    const secret = OTHER_KEY.split('\n')[1] ?? ''
    for (const line of ['status -o json', 'dump --proxy gateway/public.edge', 'lint --live', 'gateways', 'snapshot']) {
      const { stdout, stderr } = await vipctl(`${line} -c ${kubeconfig}`)
      for (const text of [secret, base64(OTHER_KEY)]) expect(stdout + stderr, line).not.toContain(text)
    }
  })

  it('do not make lint report the Secrets that were not read', async () => {
    const { kubeconfig } = await startEdge(existing)
    const { stdout } = await vipctl(`lint --live -c ${kubeconfig}`)
    expect(stdout).not.toContain('gateway-credential-missing')
  })
})

describe('the role for certificates', () => {
  const rolesFor = async (args: string) => {
    const { stdout } = await vipctl(`rbac ${args}`)
    return parseAllDocuments(stdout)
      .map((document) => document.toJS())
      .filter(({ metadata }) => metadata.name === 'vipctl-certificates')
  }

  it('allows to get single objects, and is a role of its own', async () => {
    const [role, ...others] = await rolesFor('status')
    expect(others).toEqual([])
    expect(role.kind).toBe('ClusterRole')
    expect(role.rules).toEqual([{ apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get'] }])
    const ofNamespace = await rolesFor('dump -n edge --watch')
    expect(ofNamespace.map(({ kind, metadata, rules }) => [kind, metadata.namespace, rules[0].verbs])).toEqual([
      ['Role', 'edge', ['get']],
    ])
  })

  it.each(['dig', 'proxies', 'snapshot', 'proxy-status'])('is not printed for %s', async (command) => {
    expect(await rolesFor(command)).toEqual([])
  })
})
