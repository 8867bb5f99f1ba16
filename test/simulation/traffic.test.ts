/** Where a real Envoy sent requests under the reference's configuration, against where the simulation sends them. */
import { describe, expect, it } from 'vitest'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import { type Branch, clientOf, Peers, type Trace, trace } from '../../src/simulation/index.ts'
import { type CaseFolder, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases } from '../conformance/sets.ts'
import { isRecorded, type RecordedResult, recordedTraffic, requestOf } from '../support/traffic.ts'

const OWN_ANSWERS = ['redirect', 'direct-response', 'blackhole', 'refused']

function agreesWithBranch({ host, path, targets }: Branch, result: RecordedResult): boolean {
  const ends = targets.map(({ endpoint }) => `${endpoint.address}:${endpoint.port}`)
  return (
    (result.upstream === undefined || ends.length === 0 || ends.includes(result.upstream)) &&
    (result.path === undefined || path === undefined || path === result.path) &&
    (result.host === undefined || host === undefined || host === result.host)
  )
}

function agrees({ branches, ending }: Trace, result: RecordedResult): boolean {
  const { cluster, code } = result
  if (cluster !== undefined) {
    return branches.some((branch) => branch.cluster === cluster && agreesWithBranch(branch, result))
  }
  if (code === undefined) return true
  return OWN_ANSWERS.includes(ending.outcome) && (ending.status === undefined || ending.status === code)
}

const SETTINGS = { resolve: new Map<string, string>(), allBranches: false, depth: 0 }

/** The requests of a case that end elsewhere than in Envoy. */
function disagreements({ folder, name }: CaseFolder): { readonly asked: number; readonly wrong: readonly string[] } {
  const meshCase = readCase(folder, name)
  const mesh = computeMesh(snapshotOf(meshCase))
  const peers = new Peers(mesh.scope)
  const wrong: string[] = []
  let asked = 0
  for (const proxy of meshCase.proxies) {
    const recorded = recordedTraffic(name, proxy.name)
    if (recorded.length === 0) continue
    const client = clientOf(computeProxyView(mesh, nodeOf(proxy)), mesh.scope)
    for (const { request, results } of recorded) {
      asked++
      const found = trace(client, peers, requestOf(request), SETTINGS)
      // Some requests have, besides their own log line, that of the request before.
      if (!results.some((result) => agrees(found, result))) wrong.push(`${proxy.name} ${JSON.stringify(request)}`)
    }
  }
  return { asked, wrong }
}

describe('a trace', () => {
  const found = allCases()
    .filter(({ name }) => isRecorded(name))
    .map((place) => ({ name: place.name, ...disagreements(place) }))

  it('ends where a real Envoy sends the same request', () => {
    expect(found.filter(({ wrong }) => wrong.length > 0)).toEqual([])
  })

  it('was compared for every recorded request', () => {
    expect(found.reduce((total, { asked }) => total + asked, 0)).toBeGreaterThan(4000)
  })
})
