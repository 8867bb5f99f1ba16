/** The name tables that istiods send to proxies. */

import type { IstiodChoice } from '../../resources/mesh/istiod.ts'
import type { ConnectedProxy } from '../../verification/sync/index.ts'
import { nameOfProxy } from '../dumps/evidence.ts'
import { type LiveCluster, LiveError } from '../live/index.ts'
import type { Reporter } from '../reporter.ts'
import { askIstiod, type IstiodInstance, istiodInstances, placeOfInstance } from './istiod.ts'
import type { ProxyPod } from './proxies.ts'
import { askSync } from './sync.ts'

/** What answers ask for the name table of a proxy. */
export interface NameTables {
  /**
   * istiod's answer to /debug/ndsz.
   * @returns undefined when no istiod could be asked about this proxy, which has been reported
   */
  of(proxy: ProxyPod): Promise<string | undefined>
}

const NONE: NameTables = { of: async () => undefined }

/** istiod looks for a proxy by a part of this ID, to which it adds a number. */
const idOf = (name: string): string => `${name}-`

class IstiodNames implements NameTables {
  readonly #instances: ReadonlyMap<string, IstiodInstance>
  readonly #connected: readonly ConnectedProxy[]
  readonly #reporter: Reporter

  constructor(instances: readonly IstiodInstance[], connected: readonly ConnectedProxy[], reporter: Reporter) {
    this.#instances = new Map(instances.map((instance) => [instance.pod, instance]))
    this.#connected = connected
    this.#reporter = reporter
  }

  async of(pod: ProxyPod): Promise<string | undefined> {
    const name = nameOfProxy(pod)
    const own = this.#connected.find((proxy) => proxy.name === name)
    const instance = own && this.#instances.get(own.istiod)
    if (!own || !instance) {
      await this.#reporter.warn(`${name} is not connected to an istiod, so its names are not compared`)
      return undefined
    }
    const like = this.#connected.filter(
      ({ istiod, name: other }) => istiod === own.istiod && idOf(other).includes(idOf(name)),
    )
    if (like.length > 1) {
      const [, other] = like.map((each) => each.name).sort((a, b) => a.length - b.length)
      await this.#reporter.warn(`istiod cannot tell ${name} from ${other}, so its names are not compared`)
      return undefined
    }
    return this.#ask(instance, name)
  }

  async #ask(instance: IstiodInstance, name: string): Promise<string | undefined> {
    try {
      const { status, text } = await askIstiod(instance, `/debug/ndsz?proxyID=${encodeURIComponent(idOf(name))}`)
      if (status === 200) return text
      // istiods before 1.25 say this of a proxy without DNS capture; later ones send an empty answer.
      if (status === 400 && text.startsWith('DNS capture is not enabled')) return undefined
      throw new LiveError(`${placeOfInstance(instance)}: istiod answers /debug/ndsz with ${status}`)
    } catch (error) {
      if (!(error instanceof LiveError)) throw error
      await this.#reporter.warn(`the names of ${name} are not compared: ${error.message}`, error.hint)
      return undefined
    }
  }
}

/**
 * What asks istiods for name tables.
 * @param connected the proxies of these instances
 */
export const nameTablesOf = (
  instances: readonly IstiodInstance[],
  connected: readonly ConnectedProxy[],
  reporter: Reporter,
): NameTables => new IstiodNames(instances, connected, reporter)

/** Asks the istiods of clusters which proxies are connected to them. Failures are warnings: names are not compared then. */
export async function nameTables(
  clusters: readonly LiveCluster[],
  choice: IstiodChoice,
  reporter: Reporter,
): Promise<NameTables> {
  try {
    const instances = await istiodInstances(clusters, choice)
    if (instances.length === 0) {
      await reporter.warn('no istiod runs there, so the names of proxies are not compared')
      return NONE
    }
    const { proxies, failures } = await askSync(instances)
    for (const { message, hint } of failures)
      await reporter.warn(`names of some proxies are not compared: ${message}`, hint)
    return nameTablesOf(instances, proxies, reporter)
  } catch (error) {
    if (!(error instanceof LiveError)) throw error
    await reporter.warn(`names of proxies are not compared: ${error.message}`, error.hint)
    return NONE
  }
}
