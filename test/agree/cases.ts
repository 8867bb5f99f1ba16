/**
 * Sends connections and requests to every listener of the proxies of conformance cases, and of random meshes made of two
 * cases, through a stock Envoy, and compares where and how they arrive with what the simulation says.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { computeMesh, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import type { Node } from '../../src/proxy/node.ts'
import { ASSUMED_NOTHING } from '../../src/resources/assumed/options.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { clientOf, Peers } from '../../src/simulation/index.ts'
import type { ReceivedResources } from '../../src/simulation/resources.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { type CaseFolder, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases } from '../conformance/sets.ts'
import { Random } from '../fuzz/random.ts'
import { recordedTraffic, requestOf } from '../support/traffic.ts'
import { difference, kindOf, probeText } from './compare.ts'
import type { Probe } from './envoy/client.ts'
import { speakingFirst } from './envoy/echo.ts'
import { resourcesOf } from './envoy/network.ts'
import { RealProxy, type Setting } from './envoy/real-proxy.ts'
import { expected } from './expected.ts'
import { gatewayProbes, inboundProbes, outboundProbes } from './probes.ts'
import type { Tally } from './tally.ts'

/** Connections to every listener of a proxy. */
const toAllListeners =
  (random: Random) =>
  ({ proxy: { type, ips } }: ProxyView, resources: ReceivedResources): readonly Probe[] =>
    type === 'router'
      ? gatewayProbes(resources, random)
      : [...outboundProbes(resources, random), ...inboundProbes(resources, ips, random)]

/** Makes connections through one proxy. */
async function compareProxy(
  place: string,
  mesh: Mesh,
  node: Node,
  probesOf: ReturnType<typeof toAllListeners>,
  { setting, tally }: Run,
): Promise<void> {
  const view = computeProxyView(mesh, node)
  const resources = resourcesOf(view)
  const [client, peers] = [clientOf(view, mesh.scope), new Peers(mesh.scope)]
  const probes = probesOf(view, resources)
  let envoy: RealProxy
  try {
    envoy = await RealProxy.start(setting, place, resources)
  } catch (error) {
    tally.add('proxies that do not start', place, (error as Error).message)
    return
  }
  try {
    const compare = (probe: Probe): Promise<void> =>
      tally.confirm(kindOf(probe), place, async () => {
        const differs = difference(probe, expected(client, peers, probe), await envoy.ask(probe), resources)
        return differs && `${probeText(probe)}\n    ${differs}`
      })
    for (const probe of probes) if (!probe.serverFirst) await compare(probe)
    // Some of them wait to the end.
    await speakingFirst(() => Promise.all(probes.filter(({ serverFirst }) => serverFirst).map(compare)))
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

interface Run {
  readonly setting: Setting
  readonly tally: Tally
}

interface Asked {
  /** Names of cases. */
  readonly only: RegExp
  readonly seed: number
}

/** All proxies of the cases. */
export async function compareCases({ only, seed }: Asked, run: Run): Promise<void> {
  const random = new Random(seed)
  for (const { folder, name } of allCases(only)) {
    const meshCase = readCase(folder, name)
    const mesh = computeMesh(snapshotOf(meshCase))
    for (const proxy of meshCase.proxies) {
      await compareProxy(`${name}/${proxy.name}`, mesh, nodeOf(proxy), toAllListeners(random), run)
    }
  }
}

/** The requests whose way through a real Envoy is recorded, once more. */
export async function compareRecorded({ only }: Pick<Asked, 'only'>, run: Run): Promise<void> {
  for (const { folder, name } of allCases(only)) {
    const meshCase = readCase(folder, name)
    for (const proxy of meshCase.proxies) {
      const probes = recordedTraffic(name, proxy.name).map(({ request }): Probe => {
        const { host: address, ...connection } = requestOf(request)
        return { ...connection, side: 'outbound', entry: 'outbound', address }
      })
      if (probes.length === 0) continue
      await compareProxy(`${name}/${proxy.name}`, computeMesh(snapshotOf(meshCase)), nodeOf(proxy), () => probes, run)
    }
  }
}

/** The first proxies of random meshes that are made of two of the cases. */
export async function compareMeshes(
  { only, seed, meshes }: Asked & { readonly meshes: number },
  run: Run,
): Promise<void> {
  const random = new Random(seed)
  const cases = allCases(only)
  for (let index = 0; index < meshes; index++) {
    const [one, two] = [random.pick(cases), random.pick(cases)]
    const [proxy] = readCase(one.folder, one.name).proxies
    if (proxy)
      await compareProxy(`${one.name} with ${two.name}`, mixed(one, two), nodeOf(proxy), toAllListeners(random), run)
  }
}
