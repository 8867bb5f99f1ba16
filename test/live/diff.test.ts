import { afterAll, describe, expect, it } from 'vitest'
import { folderOf, vipctl } from '../commands/cli.ts'
import {
  closeAll,
  type KubeServer,
  kubeconfigOf,
  type Misbehaviour,
  recorded,
  sendJson,
  startServer,
  writeKubeconfig,
} from './server.ts'

afterAll(closeAll)

/** Answers requests for Services with the recorded list, in which `reviews` has another port. */
const movedPort: Misbehaviour = ({ path }, response) => {
  if (path !== '/api/v1/services') return false
  const list = JSON.parse(recorded('services.json')) as {
    items: { metadata: { name: string }; spec: { ports: { port: number }[] } }[]
  }
  for (const { metadata, spec } of list.items) {
    for (const port of metadata.name === 'reviews' ? spec.ports : []) port.port = 9999
  }
  sendJson(response, 200, list)
  return true
}

/** A kubeconfig with the contexts `blue` (the current one), `green`, in which a port differs, and `refused`. */
async function twoClusters(): Promise<{ readonly kubeconfig: string; readonly blue: KubeServer }> {
  const [blue, green] = [await startServer(), await startServer({ misbehave: movedPort })]
  const kubeconfig = writeKubeconfig(
    kubeconfigOf({
      blue: { server: blue.url },
      green: { server: green.url },
      refused: { server: blue.url, user: { token: 'wrong' } },
    }),
  )
  return { kubeconfig, blue }
}

const CHANGE = `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: team-a}
spec:
  ports: [{name: http, port: 9999, targetPort: 9080}]
`

/** What `reviews` does in the namespace of its own. */
const MOVED = [
  'unreachable reviews.team-a:9080 is gone; connections pass unchanged',
  'reachable reviews.team-a:9999 becomes reachable by its host name',
]

const ONLY = '-q --no-lint -n team-a'

describe('vipctl diff of clusters', () => {
  it('compares two contexts, and names the objects of each', async () => {
    const { kubeconfig } = await twoClusters()
    const { code, stdout } = await vipctl(`diff cluster:blue cluster:green --kubeconfig ${kubeconfig} ${ONLY}`)
    expect(stdout).toContain('cluster:blue -> cluster:green: 1 object changed')
    expect(stdout).toContain(
      '~ Service team-a/reviews (green:service/team-a/reviews:1, before: blue:service/team-a/reviews:1)\n',
    )
    expect(stdout).toContain('~ spec.ports[0].port: 9080 -> 9999\n')
    for (const effect of MOVED) expect(stdout).toContain(effect)
    expect(code).toBe(0)
  })

  it('compares the current context with files over it, and the same two the other way', async () => {
    const { kubeconfig, blue } = await twoClusters()
    const cwd = folderOf({ 'change.yaml': CHANGE })
    const { stdout } = await vipctl(`diff cluster: -k -f change.yaml --kubeconfig ${kubeconfig} ${ONLY}`, { cwd })
    expect(stdout).toContain('cluster: -> change.yaml over the cluster: 1 object changed')
    for (const effect of MOVED) expect(stdout).toContain(effect)
    expect(blue.asked.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('finds no difference between a cluster and its snapshot', async () => {
    const { kubeconfig } = await twoClusters()
    const { stdout: snapshot } = await vipctl(`snapshot -c ${kubeconfig}`)
    const cwd = folderOf({ 'mesh.yaml': snapshot })
    const argv = `diff cluster: mesh.yaml --exit-code --kubeconfig ${kubeconfig} ${ONLY}`
    const { code, stdout } = await vipctl(argv, { cwd })
    expect(stdout).toContain('cluster: -> mesh.yaml: ')
    expect(stdout).toContain('the same')
    expect(code).toBe(0)
  })

  it.each([
    ['cluster:blu change.yaml', 'no context blu in ', 'did you mean blue?'],
    ['cluster:refused change.yaml', 'error: ', 'Unauthorized'],
    ['cluster:blue cluster:blue', 'error: diff: both sides are cluster:blue', 'name two different ones'],
    ['cluster:blue cluster:refused', 'error: ', 'Unauthorized'],
    ['cluster:', 'error: cluster:: with what is it to be compared?', 'name a second path, or files with -f'],
  ])('refuses %s', async (operands, message, more) => {
    const { kubeconfig } = await twoClusters()
    const cwd = folderOf({ 'change.yaml': CHANGE })
    const { code, stdout, stderr } = await vipctl(`diff ${operands} --kubeconfig ${kubeconfig} ${ONLY}`, { cwd })
    expect(stderr).toContain(message)
    expect(stderr).toContain(more)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})
