import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { connect, type LiveCluster } from '../../src/input/live/index.ts'
import { SERVICE_ENTRY } from '../../src/kinds/istio/service-entry.ts'
import { SERVICE } from '../../src/kinds/kubernetes/service.ts'
import { Location } from '../../src/sources/location.ts'
import { folderOf, vipctl } from '../commands/cli.ts'
import { type Asked, closeAll, recorded, sendJson, startCluster } from './server.ts'

afterAll(closeAll)

/** Lists over all namespaces that the loader reads; for ConfigMaps and Deployments only istiod's. */
const LISTS = [
  'namespaces.json',
  'nodes.json',
  'services.json',
  'pods.json',
  'endpointslices.json',
  'istio-system-configmap-istio.json',
  'istio-system-deployments-istiod.json',
  'serviceentries.json',
  'workloadentries.json',
  'workloadgroups.json',
  'virtualservices.json',
  'destinationrules.json',
  'gateways.json',
  'sidecars.json',
  'peerauthentications.json',
]

async function clusterOf(kubeconfig: string): Promise<LiveCluster> {
  const options = { kubeconfig, contexts: [], asGroups: [], requestTimeout: 0, usualNamespaces: [], env: {}, cwd: '/' }
  const [cluster] = (await connect(options)) ?? []
  if (!cluster) throw new Error('no cluster')
  return cluster
}

describe('a mesh of a live cluster', () => {
  let files: string
  beforeAll(() => {
    files = folderOf(
      Object.fromEntries(LISTS.map((file) => [file.replace(/json$/, 'yaml'), stringify(JSON.parse(recorded(file)))])),
    )
  })

  it.each([
    ['a synthetic sidecar', ''],
    ['a pod', ' --proxy cars-web-1.cars'],
    ['another namespace', ' -n bulk'],
  ])('gives the same dump as the same mesh in files, for %s', async (_, proxy) => {
    const { kubeconfig } = await startCluster()
    const pods = (JSON.parse(recorded('pods.json')) as { items: { metadata: { name: string; namespace: string } }[] })
      .items
    const [pod] = pods.filter(({ metadata }) => metadata.namespace === 'cars' || metadata.namespace === 'default')
    const wanted = proxy.replace('cars-web-1.cars', `${pod?.metadata.name}.${pod?.metadata.namespace}`)
    const live = await vipctl(`dump -c ${kubeconfig}${wanted}`)
    const file = await vipctl(`dump -f ${files}${wanted}`)
    expect(file.code).toBe(0)
    expect(live).toMatchObject({ code: 0 })
    expect(JSON.parse(live.stdout)).toEqual(JSON.parse(file.stdout))
  })

  it.each(['nametable -o json', 'allocate -o json', 'dig cars-web.cars +short'])(
    'gives the same answer to %s as in files, though less is read',
    async (line) => {
      const { kubeconfig } = await startCluster()
      const live = await vipctl(`${line} -c ${kubeconfig}`)
      const file = await vipctl(`${line} -f ${files}`)
      expect({ code: live.code, stdout: live.stdout }).toEqual({ code: file.code, stdout: file.stdout })
    },
  )

  it('is read page by page, each page by the token of the one before', async () => {
    const { server, kubeconfig } = await startCluster()
    const { stdout } = await vipctl(`allocate -c ${kubeconfig} -o json`)
    const pages = server.asked.filter(({ path }) => path.endsWith('/serviceentries'))
    expect(pages.map(({ query }) => query.get('limit'))).toEqual(['500', '500'])
    expect(pages.map(({ query }) => query.has('continue'))).toEqual([false, true])
    expect(stdout).toContain('"s000.bulk.example.com"')
    expect(stdout).toContain('"s599.bulk.example.com"')
  })

  it('is only read: every request is a GET', async () => {
    const { server, kubeconfig } = await startCluster()
    await vipctl(`conflicts -c ${kubeconfig}`)
    expect(new Set(server.asked.map(({ method }) => method))).toEqual(new Set(['GET']))
  })

  it('is read no further than the command needs', async () => {
    const { server, kubeconfig } = await startCluster()
    await vipctl(`dig cars-web.cars -c ${kubeconfig}`)
    const resources = server.asked.map(({ path }) => path.split('/').at(-1))
    expect(resources).toContain('serviceentries')
    expect(resources).not.toContain('destinationrules')
    expect(resources).not.toContain('nodes')
    expect(resources).not.toContain('secrets')
  })

  it('names its objects and their lines as kubectl prints them', async () => {
    const { kubeconfig } = await startCluster()
    const cluster = await clusterOf(kubeconfig)
    const { documents } = await cluster.load([{ kind: SERVICE, namespaces: ['cars'] }])
    const [service] = documents
    if (!service) throw new Error('no Service')
    // apiVersion, kind, metadata, annotations, two lines of last-applied-configuration, creationTimestamp, name, namespace,
    // resourceVersion, uid, spec, clusterIP
    expect(new Location(service, ['spec', 'clusterIP']).toString()).toBe('test:service/cars/cars-web:13:14')
    cluster.close()
  })

  it('is kept without managedFields and without what kubectl applied', async () => {
    const { kubeconfig } = await startCluster()
    const cluster = await clusterOf(kubeconfig)
    const { documents } = await cluster.load([{ kind: SERVICE_ENTRY }])
    cluster.close()
    const text = JSON.stringify(documents.map(({ value }) => value))
    expect(documents).toHaveLength(613)
    expect(text).not.toMatch(/managedFields|last-applied/)
    expect(text).toMatch(/"status":\{"addresses"/)
  })

  it('lacks custom kinds that are not installed, which is not an error', async () => {
    const groups = JSON.parse(recorded('apis.json')) as { groups: { name: string }[] }
    const kept = groups.groups.filter(({ name }) => !name.endsWith('istio.io'))
    const { server, kubeconfig } = await startCluster({
      misbehave: ({ path }, response) => {
        if (path !== '/apis') return false
        sendJson(response, 200, { ...groups, groups: kept })
        return true
      },
    })
    const { code, stderr } = await vipctl(`allocate -c ${kubeconfig} -o json`)
    expect({ code, stderr: stderr.replace(/note:.*\n.*\n/, '') }).toEqual({ code: 0, stderr: '' })
    expect(server.asked.some(({ path }) => path.includes('istio.io'))).toBe(false)
  })

  it('is read in an older version of the API where the server has no other', async () => {
    const groups = JSON.parse(recorded('apis.json')) as { groups: { name: string; versions: { version: string }[] }[] }
    const old = groups.groups.map((group) => ({
      ...group,
      versions: group.versions.filter(({ version }) => group.name !== 'networking.istio.io' || version === 'v1beta1'),
    }))
    const { kubeconfig } = await startCluster({
      misbehave: ({ path }, response) => {
        if (path === '/apis') sendJson(response, 200, { ...groups, groups: old })
        else if (path.endsWith('/v1beta1/serviceentries')) response.end(recorded('cars-serviceentries.json'))
        else return false
        return true
      },
    })
    const { stdout } = await vipctl(`allocate -c ${kubeconfig} -o json`)
    const [entry] = (JSON.parse(recorded('cars-serviceentries.json')) as { items: { spec: { hosts: string[] } }[] })
      .items
    expect(stdout).toContain(entry?.spec.hosts[0])
  })
})

describe('a continue token that has expired', () => {
  const expired = JSON.parse(recorded('error-410-continue.json')) as { metadata: { continue: string } }
  const FIRST = JSON.parse(recorded('serviceentries-limit5-page1.json')) as { metadata: { continue: string } }
  const REST = recorded('serviceentries-limit5-after-410.json')
  const rest = JSON.parse(REST) as { metadata: Record<string, unknown> }

  /** A list whose every second page is answered with 410, this many times. */
  async function read(times: number) {
    let left = times
    const { server, kubeconfig } = await startCluster({
      misbehave: ({ path, query }: Asked, response) => {
        if (!path.endsWith('/serviceentries')) return false
        const token = query.get('continue')
        if (token === undefined) sendJson(response, 200, FIRST)
        else if (token === FIRST.metadata.continue && left-- > 0) sendJson(response, 410, expired)
        else sendJson(response, 200, { ...rest, metadata: { ...rest.metadata, continue: '' } })
        return true
      },
    })
    const ran = await vipctl(`allocate -c ${kubeconfig} -o json`)
    return {
      ...ran,
      tokens: server.asked
        .filter(({ path }) => path.endsWith('/serviceentries'))
        .map(({ query }) => query.get('continue')),
    }
  }

  it('begins the list anew, so that it is of one moment', async () => {
    const { tokens, stderr, code } = await read(1)
    expect(tokens).toEqual([undefined, FIRST.metadata.continue, undefined, FIRST.metadata.continue])
    expect(stderr).not.toContain('changed while it was read')
    expect(code).toBe(0)
  })

  it('goes on with the token of the answer when it expires again, and says what that means', async () => {
    const { tokens, stderr, stdout, code } = await read(2)
    expect(tokens.at(-1)).toBe(expired.metadata.continue)
    expect(stderr).toContain('the list of serviceentries.networking.istio.io changed while it was read')
    expect(stdout).toContain('s009.bulk.example.com')
    expect(code).toBe(0)
  })
})
