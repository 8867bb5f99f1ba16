import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { vipctl } from '../commands/cli.ts'
import { type Asked, certificateOf, closeAll, type KubeServer, recorded, sendJson, startCluster } from './server.ts'

afterAll(closeAll)

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

interface Role {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules: readonly Rule[]
}

async function rolesOf(args: string): Promise<readonly Role[]> {
  const { stdout } = await vipctl(`rbac ${args}`)
  return parseAllDocuments(stdout).map((document) => document.toJS() as Role)
}

const PATH = /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?$/

/** Whether RBAC allows a request. */
function isAllowed({ path, query }: Asked, roles: readonly Role[]): boolean {
  if (path === '/apis') return true
  const [, group = '', namespace, plural = '', name, part] = PATH.exec(path) ?? []
  const resource = part === undefined ? plural : `${plural}/${part}`
  const verb = name !== undefined ? 'get' : query.has('watch') ? 'watch' : 'list'
  return roles.some(
    ({ kind, metadata, rules }) =>
      (kind === 'ClusterRole' || (namespace !== undefined && metadata.namespace === namespace)) &&
      rules.some(
        (rule) =>
          rule.apiGroups.includes(group) &&
          rule.resources.includes(resource) &&
          rule.verbs.includes(verb) &&
          (!rule.resourceNames || (name !== undefined && rule.resourceNames.includes(name))),
      ),
  )
}

/** A server that enforces roles and has the recorded objects. */
async function startGuarded(roles: readonly Role[]): Promise<{ server: KubeServer; kubeconfig: string }> {
  return startCluster({
    misbehave: (asked, response) => {
      if (isAllowed(asked, roles)) return false
      const resource = asked.path.split('/').at(-1)
      sendJson(response, 403, { kind: 'Status', message: `${resource} is forbidden: User "x" cannot list`, code: 403 })
      return true
    },
  })
}

/** Runs a command that asks pods in a cluster with an istiod and a proxy. */
async function askingPods(line: string) {
  const status = { phase: 'Running' }
  const istiod = { metadata: { name: 'istiod-1', namespace: 'istio-system', labels: { app: 'istiod' } }, status }
  const spec = { containers: [{ name: 'istio-proxy' }] }
  const web = { metadata: { name: 'web-1', namespace: 'cars', uid: 'u' }, spec, status }
  const { server, kubeconfig } = await startCluster({
    misbehave: ({ path, query }, response) => {
      if (!path.endsWith('/pods')) return false
      const items = query.has('labelSelector') ? [istiod] : [web]
      sendJson(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items })
      return true
    },
    pods: { listener: () => (_, response) => response.end('[]') },
  })
  return { server, ...(await vipctl(`${line} -c ${kubeconfig}`)) }
}

describe('vipctl rbac', () => {
  it.each([
    ['dig', 'dig db.example.com'],
    ['allocate', 'allocate'],
    ['conflicts', 'conflicts'],
    ['dump', 'dump --proxy deploy/istiod.istio-system'],
    ['proxies', 'proxies'],
  ])('allows what %s asks for', async (command, line) => {
    const { kubeconfig } = await startGuarded(await rolesOf(command))
    const { stderr, code } = await vipctl(`${line} -c ${kubeconfig}`)
    expect(stderr).not.toContain('forbidden')
    expect(code).toBeLessThan(2)
  })

  it('allows nothing that dig does not ask for', async () => {
    const roles = await rolesOf('dig')
    const { server, kubeconfig } = await startCluster()
    for (const type of ['deploy', 'sts', 'ds', 'rs', 'job', 'cj', 'rollout']) {
      await vipctl(`dig db.example.com --proxy ${type}/x.cars -c ${kubeconfig}`)
    }
    const asked = new Set(server.asked.map(({ path }) => PATH.exec(path)?.[3]))
    const groups = recorded('apis.json')
    const allowed = roles
      .flatMap(({ rules }) => rules)
      .filter(({ apiGroups: [group = ''] }) => groups.includes(`"${group}"`) || group === '')
    for (const { resources, verbs } of allowed) {
      for (const resource of resources) expect(asked).toContain(resource)
      expect(verbs.filter((verb) => !['get', 'list'].includes(verb))).toEqual([])
    }
  })

  it('allows proxy-status to ask istiod, and nothing else', async () => {
    const roles = await rolesOf('proxy-status')
    const { server, code } = await askingPods('proxy-status')
    expect(code).toBe(0)
    expect(server.asked.filter((asked) => !isAllowed(asked, roles))).toEqual([])
    expect(
      roles.map(({ kind, metadata, rules }) => [kind, metadata.namespace, rules.map(({ resources }) => resources)]),
    ).toEqual([['Role', 'istio-system', [['pods'], ['pods/portforward']]]])
    // Since Kubernetes 1.35, a WebSocket needs both.
    expect(roles[0]?.rules[1]?.verbs).toEqual(['get', 'create'])
  })

  it.each(['verify', 'proxy-status --computed'])('allows %s to ask proxies and istiod', async (line) => {
    const roles = await rolesOf('verify')
    const { server } = await askingPods(line)
    const forwards = server.asked
      .filter(({ path }) => path.endsWith('/portforward'))
      .map(({ path }) => path.split('/')[6])
    expect(new Set(forwards)).toEqual(line === 'verify' ? new Set(['istiod-1', 'web-1']) : new Set(['istiod-1']))
    expect(server.asked.filter((asked) => !isAllowed(asked, roles))).toEqual([])
  })

  it('allows verify to ask only the pods of some namespaces', async () => {
    const roles = await rolesOf('verify -n cars')
    const forwarding = roles.filter(({ rules }) =>
      rules.some(({ resources }) => resources.includes('pods/portforward')),
    )
    expect(forwarding.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
      'Role cars',
      'Role istio-system',
    ])
  })

  it('allows no port-forward where none is asked for', async () => {
    for (const command of ['', 'proxies', 'snapshot']) {
      const resources = (await rolesOf(command)).flatMap(({ rules }) => rules.flatMap((rule) => rule.resources))
      expect(resources, command).not.toContain('pods/portforward')
    }
    expect((await vipctl('rbac proxy-status')).stdout).not.toContain('Read-only')
  })

  it('allows Secrets only where remote secrets are wanted', async () => {
    const resources = (roles: readonly Role[]) => roles.flatMap(({ rules }) => rules.flatMap((rule) => rule.resources))
    expect(resources(await rolesOf('snapshot'))).not.toContain('secrets')
    const withSecrets = (await rolesOf('snapshot --remote-secrets')).filter((role) =>
      resources([role]).includes('secrets'),
    )
    expect(withSecrets.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(['Role istio-system'])
  })

  it('names the mesh configuration of a revision and the namespace of istiod', async () => {
    const [, role] = await rolesOf('--revision canary -i mesh')
    expect(role?.metadata.namespace).toBe('mesh')
    expect(role?.rules[0]?.resourceNames).toEqual(['istio-canary'])
  })

  it('allows to watch where that is wanted', async () => {
    const [role] = await rolesOf('nametable --watch')
    expect(role?.rules.map(({ verbs }) => verbs)).toEqual(role?.rules.map(() => ['list', 'watch']))
  })

  it('refuses a command that reads no cluster', async () => {
    const { code, stderr } = await vipctl('rbac digg')
    expect(code).toBe(2)
    expect(stderr).toContain('did you mean dig?')
  })

  it('prints a namespace that is none as text, never as YAML or a command of its own', async () => {
    const { stdout } = await vipctl(['rbac', 'dig', '-n', 'shop; id\nkind: Other\u001b[2J'])
    expect(stdout).toContain("#   kubectl create rolebinding vipctl -n 'shop; id\\nkind: Other\\x1b[2J' --role=vipctl")
    expect(stdout).not.toMatch(/^kind: Other/m)
    expect(stdout).not.toContain('\u001b')
  })
})

describe('a user who may not read everything', () => {
  it('gets an answer from the namespaces of a Role, and what it may miss', async () => {
    const { kubeconfig } = await startGuarded(await rolesOf('allocate -n cars'))
    const { stdout, stderr, code } = await vipctl(`allocate -c ${kubeconfig} -n cars -o json`)
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /may not read all serviceentries\.networking\.istio\.io, only those of cars were read; the answer may miss hosts/,
    )
    expect(stderr).toContain('`vipctl rbac` prints the role that is needed')
    const { items } = JSON.parse(recorded('cars-serviceentries.json')) as { items: { spec: { hosts: string[] } }[] }
    expect(stdout).toContain(items[0]?.spec.hosts[0])
    expect(stdout).not.toContain('bulk')
  })

  it('has the namespaces tried that may be listed', async () => {
    const namespaces: Role = {
      kind: 'ClusterRole',
      metadata: { name: 'x' },
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }],
    }
    const { kubeconfig } = await startGuarded([namespaces, ...(await rolesOf('allocate -n cars -n bulk'))])
    const { stderr } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(stderr).toMatch(/serviceentries\.networking\.istio\.io, only those of (bulk, cars|cars, bulk) were read/)
  })

  it('is told of every kind once', async () => {
    const { kubeconfig } = await startCluster({ user: certificateOf('bob') })
    const { stderr, code } = await vipctl(`allocate -c ${kubeconfig}`)
    expect(code).toBe(0)
    expect(stderr.match(/may not read all serviceentries/g)).toHaveLength(1)
    expect(stderr).toContain('User "bob" cannot list resource "serviceentries"')
    expect(stderr).toContain('the answer may miss the mesh configuration: the defaults apply')
    expect(stderr).not.toContain('may not read all services')
  })

  it('is told once of a kind that is read in some of the namespaces that matter', async () => {
    const { kubeconfig } = await startGuarded(await rolesOf('dig -n cars'))
    const { stderr } = await vipctl(`dig cars-web.cars -c ${kubeconfig} --proxy deploy/x.cars`)
    expect(stderr.match(/may not read all deployments\.apps/g)).toHaveLength(1)
    expect(stderr).toMatch(/deployments\.apps, only those of cars were read/)
  })

  it('gets no answer when nothing may be read', async () => {
    const { kubeconfig } = await startGuarded([])
    const { stdout, stderr, code } = await vipctl(`allocate -c ${kubeconfig}`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('nothing may be read (403)')
  })
})
