/** Values by namespace and host. Two levels of maps, because combined keys would take more memory in a large mesh. */
export class HostMap<V> {
  readonly #namespaces = new Map<string, Map<string, V>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(namespace: string, host: string): V | undefined {
    return this.#namespaces.get(namespace)?.get(host)
  }

  set(namespace: string, host: string, value: V): void {
    let hosts = this.#namespaces.get(namespace)
    if (!hosts) {
      hosts = new Map()
      this.#namespaces.set(namespace, hosts)
    }
    if (!hosts.has(host)) this.#size++
    hosts.set(host, value)
  }

  *values(): Iterable<V> {
    for (const hosts of this.#namespaces.values()) yield* hosts.values()
  }

  clear(): void {
    this.#namespaces.clear()
    this.#size = 0
  }
}

/** Adds to the list of a namespace and host. */
export function pushTo<V>(map: HostMap<V[]>, namespace: string, host: string, value: V): void {
  const list = map.get(namespace, host)
  if (list) list.push(value)
  else map.set(namespace, host, [value])
}
