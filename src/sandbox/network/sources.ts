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

/** In no mesh, because these addresses belong to the machine. */
export const IPV4_SENDERS = '127.64.0.0/10'
export const IPV6_SENDERS = 'fd76:6970:6374:6c00::/64'

const MOST = 1 << 22
const IPV4_START = 64

/** @param index of the sender, from 1 */
const ipv4Of = (index: number): string => `127.${IPV4_START + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`

const ipv6Of = (index: number): string =>
  `fd76:6970:6374:6c00::${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}`

/** The index of a sender by the address that its connections come from; undefined for other addresses. */
export function senderIndex(address: string): number | undefined {
  const plain = address.replace(/^::ffff:/, '')
  const [, b = 0, c = 0, d = 0] = plain.split('.').map(Number)
  if (plain.startsWith('127.') && b >= IPV4_START && b < IPV4_START * 2) return ((b - IPV4_START) << 16) + (c << 8) + d
  if (!plain.startsWith('fd76:6970:6374:6c00:')) return undefined
  const parts = plain.split(':')
  const [high = '', low = ''] = parts.slice(-2)
  return (Number.parseInt(high || '0', 16) << 16) + Number.parseInt(low || '0', 16)
}

/** Gives each cluster of each proxy an address of its own. */
export class Senders {
  readonly #indexes = new Map<string, number>()
  readonly list: Sender[] = [{ proxy: '', cluster: '', wantedNames: [], serverFirst: false }]

  /** `upstreamBindConfig` of a cluster. */
  bindOf(sender: Sender): { readonly [key: string]: unknown } {
    const key = `${sender.proxy}\n${sender.cluster}`
    const index = this.#indexes.get(key) ?? this.list.length
    if (index >= MOST) throw new RangeError(`more than ${MOST} clusters`)
    this.#indexes.set(key, index)
    this.list[index] = sender
    const at = (address: string): object => ({ address, portValue: 0 })
    return { sourceAddress: at(ipv4Of(index)), extraSourceAddresses: [{ address: at(ipv6Of(index)) }] }
  }
}
