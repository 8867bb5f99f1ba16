/** Whether what arrived is what `--expect` states. */
import type { Received } from '../../sandbox/echo/received.ts'

/** Counts where connections and requests arrived. */
export class Arrivals {
  readonly #counts = new Map<string, number>()

  add({ cluster, endpoint }: Received): void {
    const way = cluster === '' ? `${endpoint}, past the proxy` : `${cluster} at ${endpoint}`
    const key = JSON.stringify([cluster, way])
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** What is wrong; undefined if everything that arrived came by one of the clusters, and something did. */
  problemWith(expected: readonly string[]): string | undefined {
    const names = expected.join(' or ')
    if (this.#counts.size === 0) return `nothing arrived, expected ${names}`
    const others = [...this.#counts].flatMap(([key, count]) => {
      const [cluster = '', way = ''] = JSON.parse(key) as string[]
      return expected.includes(cluster) ? [] : [`${count} by ${way}`]
    })
    return others.length === 0 ? undefined : `expected ${names}, but there arrived ${others.join('; ')}`
  }
}
