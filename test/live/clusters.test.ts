import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { folderOf, vipctl } from '../commands/cli.ts'
import {
  certificateOf,
  closeAll,
  type KubeServer,
  kubeconfigOf,
  recorded,
  sendJson,
  startServer,
  tlsFile,
  writeKubeconfig,
} from './server.ts'

afterAll(closeAll)

const WEST_SERVICE = {
  metadata: { name: 'west-only', namespace: 'cars', creationTimestamp: '2026-11-21T03:02:15Z' },
  spec: {
    clusterIP: '10.200.0.1',
    clusterIPs: ['10.200.0.1'],
    type: 'ClusterIP',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
}

interface Deployment {
  metadata: { name: string; labels: Record<string, string> }
  spec: { template: { spec: { containers: { env: { name: string; value?: string }[] }[] } } }
}

/** The recorded list of istiods with changes. */
function istiods(...changes: readonly ((deployment: Deployment) => void)[]): unknown {
  const list = JSON.parse(recorded('istio-system-deployments-istiod.json')) as { items: Deployment[] }
  const items = changes.map((change) => {
    const copy = structuredClone(list.items[0]) as Deployment
    change(copy)
    return copy
  })
  return { ...list, items }
}

const withClusterId = (id: string) => (deployment: Deployment) => {
  const [container] = deployment.spec.template.spec.containers
  for (const variable of container?.env ?? []) if (variable.name === 'CLUSTER_ID') variable.value = id
}

/** A second cluster with one Service. @param deployments its own istiods */
const startWest = (deployments: unknown = { items: [] }): Promise<KubeServer> =>
  startServer({
    misbehave: ({ path }, response) => {
      if (path === '/apis') return false
      if (path === '/api/v1/services')
        sendJson(response, 200, { kind: 'ServiceList', metadata: {}, items: [WEST_SERVICE] })
      else if (path.endsWith('/deployments')) sendJson(response, 200, deployments)
      else sendJson(response, 200, { metadata: {}, items: [] })
      return true
    },
  })

describe('several contexts', () => {
  it('are several clusters, the first the config cluster, by the IDs that their istiods state', async () => {
    const east = await startServer()
    const west = await startWest(istiods(withClusterId('west')))
    const kubeconfig = writeKubeconfig(kubeconfigOf({ one: { server: east.url }, two: { server: west.url } }))
    const { stdout, code, stderr } = await vipctl(`clusters -c ${kubeconfig} --context one --context two -o json`)
    expect({ code, stderr: stderr.includes('is taken') }).toEqual({ code: 0, stderr: false })
    const { clusters } = JSON.parse(stdout) as { clusters: { id: string }[] }
    expect(clusters.map(({ id }) => id)).toEqual(['Kubernetes', 'west'])
    expect(west.asked.some(({ path }) => path.includes('istio.io'))).toBe(false)
  })

  it('have the names of the contexts as IDs where no istiod states one, which is said', async () => {
    const east = await startServer()
    const west = await startWest()
    const kubeconfig = writeKubeconfig(kubeconfigOf({ one: { server: east.url }, two: { server: west.url } }))
    const { stdout, stderr } = await vipctl(`dig west-only.cars +short -c ${kubeconfig} --context one --context two`)
    expect(stdout).toContain('10.200.0.1')
    expect(stderr).toContain('context two: no istiod there says its cluster ID, so two is used')
  })

  it('cannot have one ID', async () => {
    const east = await startServer()
    const west = await startWest(istiods(withClusterId('Kubernetes')))
    const kubeconfig = writeKubeconfig(kubeconfigOf({ one: { server: east.url }, two: { server: west.url } }))
    const { stderr, code } = await vipctl(`clusters -c ${kubeconfig} --context one --context two`)
    expect(code).toBe(2)
    expect(stderr).toContain('context two: its cluster ID Kubernetes is another cluster')
  })
})

describe('remote secrets', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')

  /** The config cluster with a remote secret that contains these kubeconfigs by cluster ID. */
  async function withSecret(data: Readonly<Record<string, string>>, args: string) {
    const secret = { metadata: { name: 'istio-remote-secret', namespace: 'istio-system' }, data }
    const config = await startServer({
      misbehave: ({ path, query }, response) => {
        if (!path.endsWith('/secrets')) return false
        expect(query.get('labelSelector')).toBe('istio/multiCluster=true')
        sendJson(response, 200, { kind: 'SecretList', metadata: {}, items: [secret] })
        return true
      },
    })
    const kubeconfig = writeKubeconfig(kubeconfigOf({ one: { server: config.url } }))
    return { config, ...(await vipctl(`${args} -c ${kubeconfig} --remote-secrets`)) }
  }

  /** A kubeconfig without references to files. */
  const inline = (server: string, user: Record<string, unknown> = { token: 'admin' }): string => {
    const cluster = {
      'certificate-authority': undefined,
      'certificate-authority-data': base64(readFileSync(tlsFile('ca.crt'), 'utf8')),
    }
    return base64(stringify(kubeconfigOf({ remote: { server, cluster, user } })))
  }

  it('lead to remote clusters by the IDs of their data', async () => {
    const west = await startWest()
    const { stdout, code } = await withSecret({ cluster2: inline(west.url) }, 'clusters -o json')
    expect(code).toBe(0)
    const { clusters } = JSON.parse(stdout) as { clusters: { id: string }[] }
    expect(clusters.map(({ id }) => id)).toEqual(['Kubernetes', 'cluster2'])
  })

  it('of the config cluster itself are passed over', async () => {
    const west = await startWest()
    await withSecret({ Kubernetes: inline(west.url) }, 'clusters')
    expect(west.asked).toEqual([])
  })

  it('are not read unless that is asked for', async () => {
    const config = await startServer()
    await vipctl(`clusters -c ${writeKubeconfig(kubeconfigOf({ one: { server: config.url } }))}`)
    expect(config.asked.some(({ path }) => path.endsWith('/secrets'))).toBe(false)
  })

  it('of a cluster that cannot be reached leave it out: the rest is printed, and the exit code is 2', async () => {
    const { data } = (
      JSON.parse(recorded('secrets-multicluster.json')) as { items: { data: Record<string, string> }[] }
    ).items[0] as { data: Record<string, string> }
    const { stdout, stderr, code } = await withSecret(data, 'dig cars-web.cars +short')
    expect(stdout).toContain('10.96.2.1')
    expect(stderr).toContain('remote cluster cluster2 is left out, its services and endpoints are missing')
    expect(stderr).toContain('connection refused')
    expect(stderr).not.toContain('dummy')
    expect(code).toBe(2)
  })

  it('may not run programs or read files of this machine', async () => {
    const west = await startWest()
    const data = {
      program: inline(west.url, { exec: { command: 'touch', args: ['/tmp/pwned'] } }),
      file: inline(west.url, certificateOf('admin')),
      token: inline(west.url, { 'token-file': '/etc/hostname' }),
      garbage: base64('{{{'),
    }
    const { stderr, code } = await withSecret(data, 'clusters')
    expect(code).toBe(2)
    expect(stderr).toContain('cluster program, has exec, which istiod does not take from a secret')
    expect(stderr).toMatch(/cluster file, has client-(key|certificate)/)
    expect(stderr).toContain('cluster token, has token-file')
    expect(stderr).toContain('remote cluster garbage is left out')
    expect(west.asked).toEqual([])
  })
})

describe('several revisions of istiod', () => {
  const canary = (deployment: Deployment): void => {
    deployment.metadata.name = 'istiod-canary'
    deployment.metadata.labels['istio.io/rev'] = 'canary'
    withClusterId('canary-cluster')(deployment)
  }
  const meshOf = (name: string, capture: string): unknown => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, namespace: 'istio-system' },
    data: { mesh: `defaultConfig:\n  proxyMetadata:\n    ISTIO_META_DNS_CAPTURE: "${capture}"\n` },
  })

  const NAMESPACES = {
    kind: 'NamespaceList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '1' },
    items: [
      { metadata: { name: 'cars', labels: {} } },
      { metadata: { name: 'trucks', labels: { 'istio.io/rev': 'canary' } } },
    ],
  }

  async function run(args: string, deployments = istiods((one) => one, canary)) {
    const server = await startServer({
      misbehave: ({ path }, response) => {
        if (path.endsWith('/istio-system/deployments')) sendJson(response, 200, deployments)
        else if (path.endsWith('/configmaps/istio')) sendJson(response, 200, meshOf('istio', 'false'))
        else if (path.endsWith('/configmaps/istio-canary')) sendJson(response, 200, meshOf('istio-canary', 'true'))
        else if (path.endsWith('/v1/namespaces')) sendJson(response, 200, NAMESPACES)
        else return false
        return true
      },
    })
    return vipctl(`dig cars-web.cars -c ${writeKubeconfig(kubeconfigOf({ one: { server: server.url } }))}${args}`)
  }

  it('are settled by --revision: its ConfigMap and its Deployment', async () => {
    const { stdout, stderr, code } = await run(' --revision canary')
    expect(code).toBe(0)
    expect(stdout).toContain('DNS capture on')
    expect(stdout).toContain(' (Deployment istiod-canary)')
    expect(stderr).not.toContain('Deployment istiod')
  })

  it('are settled in favour of istiod otherwise, which is said', async () => {
    const { stdout, stderr } = await run('')
    expect(stdout).toContain('DNS capture off')
    expect(stderr).toContain(
      'several istiod revisions: the settings of Deployment istiod apply, not those of istiod-canary',
    )
  })

  it('are not read beside each other: a proxy of another one is a warning', async () => {
    const { stdout, stderr } = await run(' -n trucks')
    expect(stdout).toContain('DNS capture off')
    expect(stderr).toContain(
      'warning: the proxy belongs to revision canary, but the settings of revision default were read\n' +
        '  hint: --revision canary\n',
    )
    expect((await run(' -n trucks --revision canary')).stderr).not.toContain('the proxy belongs')
  })

  it('need not include the default one', async () => {
    const { stdout, stderr } = await run('', istiods(canary))
    expect(stdout).toContain('DNS capture on')
    expect(stderr).not.toContain('several istiod revisions')
  })

  it('do not include one of another name', async () => {
    const { stderr, code } = await run(' --revision canry')
    expect(code).toBe(2)
    expect(stderr).toContain('has no such istiod in namespace istio-system')
    expect(stderr).toContain('it has default, canary')
  })

  it('are looked for in the namespace of -i', async () => {
    const moved = istiods((deployment) => {
      Object.assign(deployment.metadata, { namespace: 'mesh' })
      withClusterId('moved-cluster')(deployment)
    })
    const server = await startServer({
      misbehave: ({ path }, response) => {
        if (path.endsWith('/namespaces/mesh/deployments')) sendJson(response, 200, moved)
        else if (path.endsWith('/namespaces/mesh/configmaps/istio')) {
          sendJson(response, 200, {
            ...(meshOf('istio', 'false') as object),
            metadata: { name: 'istio', namespace: 'mesh' },
          })
        } else return false
        return true
      },
    })
    const kubeconfig = writeKubeconfig(kubeconfigOf({ one: { server: server.url } }))
    const { stdout } = await vipctl(`dig cars-web.cars -i mesh -c ${kubeconfig}`)
    expect(stdout).toContain('DNS capture off')
    expect(stdout).toContain(' (Deployment istiod)')
    const { clusters } = JSON.parse((await vipctl(`clusters -o json -i mesh -c ${kubeconfig}`)).stdout) as {
      clusters: { id: string }[]
    }
    expect(clusters.map(({ id }) => id)).toEqual(['moved-cluster'])
  })

  it('are settled the same way in files', async () => {
    const list = istiods((one) => one, canary)
    const files = folderOf({
      'istiod.json': JSON.stringify(list),
      'mesh.json': JSON.stringify({
        kind: 'List',
        apiVersion: 'v1',
        items: [meshOf('istio', 'false'), meshOf('istio-canary', 'true')],
      }),
    })
    const { stdout } = await vipctl(`dig db.example.com -f ${files} --revision canary`)
    expect(stdout).toContain('DNS capture on')
  })
})
