import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { folderOf, vipctl } from '../commands/cli.ts'
import { closeAll, startCluster } from './server.ts'

afterAll(closeAll)

const REVIEWS = `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: team-a}
spec:
  ports: [{name: http, port: 9080}]
`

const KUBERNETES = `apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
spec:
  ports: [{name: https, port: 443}]
`

interface Written {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: object; readonly uid: string }
  readonly spec: { readonly clusterIP?: string }
}

async function snapshotWith(file: string): Promise<readonly Written[]> {
  const { kubeconfig } = await startCluster()
  const cwd = folderOf({ 'change.yaml': file })
  const { stdout } = await vipctl(`snapshot -c ${kubeconfig} -k -f change.yaml`, { cwd })
  return parseAllDocuments(stdout).map((document) => document.toJS() as Written)
}

const serviceOf = (objects: readonly Written[], name: string): Written | undefined =>
  objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name)

describe('files over a cluster', () => {
  it('take away labels that were applied before and that the file no longer has', async () => {
    const before = serviceOf(await snapshotWith(KUBERNETES), 'reviews')
    expect(before?.metadata.labels).toEqual({ app: 'reviews' })
    const after = serviceOf(await snapshotWith(REVIEWS), 'reviews')
    expect(after?.metadata.labels).toBeUndefined()
    expect(after?.metadata.uid).toBe(before?.metadata.uid)
  })

  it('leave labels that others have set, and the address of a Service', async () => {
    const after = serviceOf(await snapshotWith(KUBERNETES), 'kubernetes')
    expect(after?.metadata.labels).toEqual({ component: 'apiserver', provider: 'kubernetes' })
    expect(after?.spec.clusterIP).toMatch(/^10\./)
  })
})
