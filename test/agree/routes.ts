/**
 * Sends random requests to a real Envoy with computed routes, and compares what it does with what the simulation says.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { receivedConfiguration } from '../../src/simulation/configuration.ts'
import type { HttpRequest } from '../../src/simulation/index.ts'
import type { Hop } from '../../src/simulation/step.ts'
import { httpManagerOf } from '../../src/simulation/steps/filters.ts'
import { throughManager } from '../../src/simulation/steps/http.ts'
import { viewOf } from '../support/mesh.ts'
import { resourcesOf } from './envoy/network.ts'
import type { Setting } from './envoy/real-proxy.ts'
import { type Answer, RealEnvoy } from './envoy/routes-only.ts'
import { requests } from './requests.ts'
import type { Tally } from './tally.ts'

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

/** @param count of requests */
export async function compareRoutes(
  { count, seed }: { readonly count: number; readonly seed: number },
  { binary }: Setting,
  tally: Tally,
): Promise<void> {
  const view = viewOf(readFileSync(MESH, 'utf8'), { namespace: 'shop' })
  const resources = resourcesOf(view)
  const chains = resources.lds.flatMap(({ filterChains = [] }) => filterChains)
  const manager = chains.map(httpManagerOf).find((config) => config?.rds?.routeConfigName === String(PORT))
  const routes = resources.rds.find(({ name }) => name === String(PORT))
  if (!manager || !routes) throw new Error('the mesh has no routes')
  const configuration = receivedConfiguration(resources)
  const envoy = await RealEnvoy.start(binary, routes, manager, resources.cds)
  try {
    for (const request of requests(count, seed)) {
      const { method, path, authority, headers } = request
      const hop = throughManager(
        configuration,
        manager,
        { address: '10.96.0.1', port: PORT, http: request },
        { port: PORT, origins: [] },
      )
      const differs = difference(hop, await envoy.ask(method, path, authority, headers))
      tally.add('routes of every kind HTTP/1.1', 'routes', differs && `${requestText(request)}\n    ${differs}`)
    }
  } finally {
    envoy.stop()
  }
}
