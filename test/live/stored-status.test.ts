import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { vipctl } from '../commands/cli.ts'
import { type Asked, closeAll, recorded, sendJson, startCluster } from './server.ts'

afterAll(closeAll)

const GROUP = 'gateway.networking.k8s.io'
const CASES = new URL('../../fixtures/conformance-gateway-api/', import.meta.url)

interface Stored {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  status?: Record<string, unknown>
}

/** The objects of a case, those of the Gateway API with the status that istiod gave them. */
function objectsOf(name: string): readonly Stored[] {
  const read = (file: string): string => readFileSync(new URL(`${name}/${file}`, CASES), 'utf8')
  const conditions = JSON.parse(read('expected/conditions.json'))
  return parseAllDocuments(read('input.yaml')).map((document, index) => {
    const object = document.toJS() as Stored
    const { kind, metadata } = object
    const { namespace } = metadata
    const status = conditions[`${kind} ${namespace ? `${namespace}/` : ''}${metadata.name}`] ?? object.status
    const meta = { ...metadata, uid: `u-${index}`, resourceVersion: '5' }
    return { ...object, metadata: meta, ...(status && { status }) }
  })
}

const pluralOf = (kind: string): string => {
  const word = kind.toLowerCase()
  return word.endsWith('s') ? `${word}es` : `${word}s`
}

/** A cluster with these objects; everything else is as recorded. */
function startWith(objects: readonly Stored[]) {
  const of = (group: string, plural: string) =>
    objects.filter(({ kind, apiVersion }) => {
      const own = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
      return own === group && pluralOf(kind) === plural
    })
  return startCluster({
    misbehave: ({ path }: Asked, response) => {
      if (path === '/apis') {
        const list = JSON.parse(recorded('apis.json')) as { groups: unknown[] }
        const version = { groupVersion: `${GROUP}/v1`, version: 'v1' }
        list.groups.push({ name: GROUP, versions: [version], preferredVersion: version })
        sendJson(response, 200, list)
        return true
      }
      const [, group = '', , plural = ''] = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/([^/]+)$/.exec(path) ?? []
      if (plural !== '') {
        const items = of(group, plural)
        if (items.length === 0 && group !== GROUP) return false
        sendJson(response, 200, { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '9' }, items })
        return true
      }
      const [, namespace, list = '', name] = /^\/api\/v1\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? []
      const found = of('', list).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
      if (!found) return false
      sendJson(response, 200, found)
      return true
    },
  })
}

interface Listed {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly differs?: readonly object[]
}

async function differing(objects: readonly Stored[]) {
  const { kubeconfig } = await startWith(objects)
  const { stdout, stderr, code } = await vipctl(`status -A -c ${kubeconfig} --istio-version master -o json`)
  expect(code, stderr).toBe(0)
  const listed = JSON.parse(stdout) as readonly Listed[]
  return { listed, differs: listed.filter((each) => each.differs) }
}

describe('the status that istiod stored in a cluster', () => {
  it.each(['gwapi-listener-conflicts', 'gwapi-sections', 'gwapi-tls-routes', 'gwapi-backend-tls'])(
    'is as computed in %s',
    async (name) => {
      const { listed, differs } = await differing(objectsOf(name))
      expect(listed.length).toBeGreaterThan(1)
      expect(differs).toEqual([])
    },
  )

  it('differs where a controller has not caught up', async () => {
    const objects = objectsOf('gwapi-sections')
    const route = objects.find(({ kind }) => kind === 'HTTPRoute')
    const [parent] = (route?.status?.parents ?? []) as {
      conditions: { type: string; status: string; reason: string }[]
    }[]
    const accepted = parent?.conditions.find(({ type }) => type === 'Accepted')
    const { status = '', reason = '' } = accepted ?? {}
    Object.assign(accepted ?? {}, { status: 'Unknown', reason: 'Pending' })
    const { differs } = await differing(objects)
    expect(differs.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      `HTTPRoute ${route?.metadata.name}`,
    ])
    expect(differs[0]?.differs).toEqual([
      expect.objectContaining({
        type: 'Accepted',
        stored: { status: 'Unknown', reason: 'Pending' },
        computed: { status, reason },
      }),
    ])
  })
})
