/** Where a real Envoy sent requests under the reference's configuration, against where the simulation sends them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import { type Branch, clientOf, Peers, type Trace, type TraceRequest, trace } from '../../src/simulation/index.ts'
import { unpackedArchive } from '../conformance/archives.ts'
import { allCases, type CaseFolder, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'

interface Recorded {
  readonly request: {
    readonly address: string
    readonly port: number
    readonly tls?: { readonly sni: string; readonly alpn: readonly string[] }
    readonly http?: { readonly method: string; readonly host: string; readonly path: string; readonly headers: object }
  }
  readonly results: readonly Result[]
}

/** What Envoy logged, and what the upstream saw. */
interface Result {
  readonly cluster?: string
  readonly upstream?: string
  readonly code?: number
  readonly path?: string
  readonly host?: string
}

function requestOf({ address, port, tls, http }: Recorded['request']): TraceRequest {
  return {
    host: address,
    port,
    tls: tls && { ...tls, certificate: 'none' },
    http: http && {
      ...http,
      authority: http.host,
      scheme: 'http',
      headers: new Map(Object.entries(http.headers)),
      version: '1.1',
    },
  }
}

const OWN_ANSWERS = ['redirect', 'direct-response', 'blackhole', 'refused']

function agreesWithBranch({ host, path, targets }: Branch, result: Result): boolean {
  const ends = targets.map(({ endpoint }) => `${endpoint.address}:${endpoint.port}`)
  return (
    (result.upstream === undefined || ends.length === 0 || ends.includes(result.upstream)) &&
    (result.path === undefined || path === undefined || path === result.path) &&
    (result.host === undefined || host === undefined || host === result.host)
  )
}

function agrees({ branches, ending }: Trace, result: Result): boolean {
  const { cluster, code } = result
  if (cluster !== undefined) {
    return branches.some((branch) => branch.cluster === cluster && agreesWithBranch(branch, result))
  }
  if (code === undefined) return true
  return OWN_ANSWERS.includes(ending.outcome) && (ending.status === undefined || ending.status === code)
}

const traffic = unpackedArchive('traffic')
const SETTINGS = { resolve: new Map<string, string>(), allBranches: false, depth: 0 }

/** The requests of a case that end elsewhere than in Envoy. */
function disagreements({ folder, name }: CaseFolder): { readonly asked: number; readonly wrong: readonly string[] } {
  const meshCase = readCase(folder, name)
  const mesh = computeMesh(snapshotOf(meshCase))
  const peers = new Peers(mesh.scope)
  const wrong: string[] = []
  let asked = 0
  for (const proxy of meshCase.proxies) {
    const file = join(traffic, name, `${proxy.name}.json`)
    if (!existsSync(file)) continue
    const client = clientOf(computeProxyView(mesh, nodeOf(proxy)), mesh.scope)
    for (const { request, results } of JSON.parse(readFileSync(file, 'utf8')) as Recorded[]) {
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
    .filter(({ name }) => existsSync(join(traffic, name)))
    .map((place) => ({ name: place.name, ...disagreements(place) }))

  it('ends where a real Envoy sends the same request', () => {
    expect(found.filter(({ wrong }) => wrong.length > 0)).toEqual([])
  })

  it('was compared for every recorded request', () => {
    expect(found.reduce((total, { asked }) => total + asked, 0)).toBeGreaterThan(4000)
  })
})
