/** What proxies of a live cluster and their istiods tell about their configuration. */
import type { ProxyState } from '../../verification/index.ts'
import { type Answer, type Evidence, nameOfProxy, stateOfAnswers } from '../dumps/evidence.ts'
import { LiveError } from '../live/index.ts'
import type { NameTables } from './names.ts'
import type { ProxyPod } from './proxies.ts'

/** Proxies that are asked ahead. Their dumps are in memory until they are compared. */
const AT_ONCE = 4

async function askEnvoy(proxy: ProxyPod, path: string): Promise<Answer> {
  const { cluster, namespace, pod, adminPort } = proxy
  const { status, text } = await cluster.ask({ namespace, pod, port: adminPort, server: 'Envoy' }, path)
  if (status === 200) return { text, source: `${nameOfProxy(proxy)} (${path})` }
  const place = `context ${cluster.context} (${cluster.server}): pod ${pod} of namespace ${namespace}`
  throw new LiveError(`${place}: Envoy answers ${path} with ${status}`)
}

async function askProxy(proxy: ProxyPod, names: NameTables): Promise<() => ProxyState> {
  const dump = await askEnvoy(proxy, '/config_dump?include_eds')
  const [clusters, ndsz] = await Promise.all([askEnvoy(proxy, '/clusters'), names.of(proxy)])
  const source = `${nameOfProxy(proxy)} (/debug/ndsz)`
  return () => stateOfAnswers({ dump, clusters, ndsz: ndsz === undefined ? undefined : { text: ndsz, source } })
}

/** Asks for some proxies ahead of the one that is wanted. */
class Queue {
  readonly #asked = new Map<number, Promise<() => ProxyState>>()
  readonly #proxies: readonly ProxyPod[]
  readonly #names: NameTables

  constructor(proxies: readonly ProxyPod[], names: NameTables) {
    this.#proxies = proxies
    this.#names = names
  }

  #start(index: number): void {
    const proxy = this.#proxies[index]
    if (!proxy || this.#asked.has(index)) return
    const asked = askProxy(proxy, this.#names)
    // It is reported when its turn comes.
    asked.catch(() => {})
    this.#asked.set(index, asked)
  }

  async take(index: number): Promise<ProxyState> {
    for (let ahead = 0; ahead < AT_ONCE; ahead++) this.#start(index + ahead)
    const asked = this.#asked.get(index)
    this.#asked.delete(index)
    return (await (asked as Promise<() => ProxyState>))()
  }
}

/** What running proxies have. Take the states in their order: a few proxies are asked ahead. */
export function evidenceOfProxies(proxies: readonly ProxyPod[], names: NameTables): readonly Evidence[] {
  const queue = new Queue(proxies, names)
  return proxies.map((proxy, index) => ({ name: nameOfProxy(proxy), state: () => queue.take(index) }))
}
