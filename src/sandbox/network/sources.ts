/** Source addresses of connections that proxies open: they tell an echo server which proxy and cluster sent one. */

/** A cluster of a proxy. */
export interface Sender {
  readonly proxy: string
  readonly cluster: string
  /** Names of which the cluster wants one in the certificates of its endpoints. */
  readonly wantedNames: readonly string[]
  /** The servers behind it send first. */
  readonly serverFirst: boolean
}

/**
 * Addresses of connections between proxies, and of those from a proxy to its own workload. They are in no mesh, because
 * they belong to the machine.
 */
export const SENDERS = { 4: '127.64.0.0/10', 6: 'fd76:6970:6374:6c00::/64' } as const
export const SENDERS_TO_WORKLOAD = { 4: '127.96.0.0/11', 6: 'fd76:6970:6374:6c00::20:0/107' } as const

const FIRST_BYTE = 127
const SECOND_BYTES = { from: 64, to: 127 } as const
const IPV6_START = 'fd76:6970:6374:6c00:'
/** Set in the indexes of senders to their own workload. */
const TO_WORKLOAD = 1 << 21
const INBOUND = /^(?:inbound\||InboundPassthrough)/

const ipv4Of = (index: number): string =>
  [FIRST_BYTE, SECOND_BYTES.from + (index >> 16), (index >> 8) & 255, index & 255].join('.')

const ipv6Of = (index: number): string => `${IPV6_START}:${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}`

const hexadecimal = (text = ''): number => Number.parseInt(text || '0', 16)

/** The index of a sender by the address that its connections come from; undefined for other addresses. */
export function senderIndex(address: string): number | undefined {
  const plain = address.replace(/^::ffff:/, '')
  if (plain.startsWith(IPV6_START)) {
    const [high, low] = plain.split(':').slice(-2)
    return (hexadecimal(high) << 16) + hexadecimal(low)
  }
  const [a, b = 0, c = 0, d = 0] = plain.split('.').map(Number)
  if (a !== FIRST_BYTE || b < SECOND_BYTES.from || b > SECOND_BYTES.to) return undefined
  return ((b - SECOND_BYTES.from) << 16) + (c << 8) + d
}

/** Gives each cluster of each proxy an address of its own. */
export class Senders {
  readonly #indexes = new Map<string, number>()
  /** By the index in their addresses. */
  readonly byIndex = new Map<number, Sender>()

  #indexOf({ proxy, cluster }: Sender): number {
    const key = `${proxy}\n${cluster}`
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    const next = this.#indexes.size + 1
    if (next >= TO_WORKLOAD) throw new RangeError(`more than ${TO_WORKLOAD} clusters`)
    const index = INBOUND.test(cluster) ? next + TO_WORKLOAD : next
    this.#indexes.set(key, index)
    return index
  }

  /** `upstreamBindConfig` of a cluster. */
  bindOf(sender: Sender): { readonly [key: string]: unknown } {
    const index = this.#indexOf(sender)
    this.byIndex.set(index, sender)
    const at = (address: string): object => ({ address, portValue: 0 })
    return { sourceAddress: at(ipv4Of(index)), extraSourceAddresses: [{ address: at(ipv6Of(index)) }] }
  }
}
