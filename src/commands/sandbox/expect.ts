/** Whether what arrived is what `--expect` states. */
import type { Received } from '../../sandbox/echo/received.ts'

/** Counts where connections and requests arrived. */
export class Arrivals {
  readonly #client: string
  readonly #counts = new Map<string, number>()

  /** @param client the name of the client's proxy */
  constructor(client: string) {
    this.#client = client
  }

  add({ proxy, cluster, endpoint }: Received): void {
    const isOther = cluster !== '' && proxy !== this.#client
    const by = isOther ? `${cluster} of ${proxy}` : cluster
    const way = cluster === '' ? `${endpoint}, past the proxy` : `${by} at ${endpoint}`
    const key = JSON.stringify([cluster, way, isOther])
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /**
   * What is wrong; undefined if everything that arrived came by one of the clusters, and something did.
   * @param used the clusters by which the client's proxy connected: an endpoint behind another proxy sees only the
   * cluster of that proxy
   */
  problemWith(expected: readonly string[], used: readonly string[]): string | undefined {
    const names = expected.join(' or ')
    if (this.#counts.size === 0) return `nothing arrived, expected ${names}`
    const isClientRight = used.length > 0 && used.every((cluster) => expected.includes(cluster))
    const found = [...this.#counts].map(([key, count]) => {
      const [cluster, way, isOther] = JSON.parse(key) as [string, string, boolean]
      return { isRight: expected.includes(cluster) || (isOther && isClientRight), isOther, text: `${count} by ${way}` }
    })
    const wrong = found.filter(({ isRight }) => !isRight)
    if (wrong.length === 0) return undefined
    const sent = wrong.some(({ isOther }) => isOther)
      ? ` (the client's proxy sent by ${used.join(', ') || 'none'})`
      : ''
    return `expected ${names}, but there arrived ${wrong.map(({ text }) => text).join('; ')}${sent}`
  }
}
