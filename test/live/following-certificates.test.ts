import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { NO_CERTIFICATES } from '../../src/input/live/gateway-api/certificates.ts'
import { CertificateFollower } from '../../src/input/live/gateway-api/follow.ts'
import { type LiveCluster, LiveError } from '../../src/input/live/index.ts'
import type { SourceDocument } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'

const document = (name: string, value: object): SourceDocument =>
  parseDocuments({ name, text: JSON.stringify(value) }, '').documents[0] as SourceDocument

const gateway = (secret: string): SourceDocument =>
  document('live:gateway/edge/public', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'edge' },
    spec: {
      gatewayClassName: 'istio',
      listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: secret }] } }],
    },
  })

/** A cluster with these Secrets; undefined when it does not answer. */
function clusterWith(secrets: { names: readonly string[] | undefined }) {
  const asked: string[] = []
  const load = async ([request]: readonly { readonly names: readonly string[] }[]) => {
    const [name = ''] = request?.names ?? []
    asked.push(name)
    if (!secrets.names) throw new LiveError('unavailable', 'the cluster does not answer')
    const value = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'edge' } }
    return {
      documents: secrets.names.includes(name) ? [document(`live:secret/edge/${name}`, value)] : [],
      gaps: [],
      problems: [],
    }
  }
  return { asked, cluster: { id: '', load } as unknown as LiveCluster }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('reads certificates again when other ones are referred to, and only then', async () => {
  const { asked, cluster } = clusterWith({ names: ['new'] })
  const before = [gateway('old')]
  const follower = new CertificateFollower(cluster, {}, NO_CERTIFICATES, before)
  await follower.of(before)
  expect(asked).toEqual([])
  const { documents, answered } = await follower.of([gateway('new')])
  expect(asked).toEqual(['new'])
  expect(documents.map(({ file }) => file.name)).toEqual(['live:secret/edge/new'])
  expect([...answered]).toEqual(['Secret edge/new'])
})

it('notices a Secret that is created and deleted later, and a cluster that is away changes nothing', async () => {
  const secrets: { names: readonly string[] | undefined } = { names: [] }
  const { cluster } = clusterWith(secrets)
  const documents = [gateway('public')]
  const follower = new CertificateFollower(cluster, {}, NO_CERTIFICATES, documents)
  const controller = new AbortController()
  const changed = vi.fn()
  follower.start(() => documents, changed, controller.signal)
  const later = async (names: readonly string[] | undefined) => {
    secrets.names = names
    await vi.advanceTimersByTimeAsync(60_000)
    return changed.mock.calls.length
  }
  // The first answer says that there is none.
  expect(await later([])).toBe(1)
  expect(await later(['public'])).toBe(2)
  expect(await later(['public'])).toBe(2)
  expect(await later(undefined)).toBe(2)
  expect(await later([])).toBe(3)
  controller.abort()
  expect(await later(['public'])).toBe(3)
})
