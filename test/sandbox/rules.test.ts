/** Rules of the kernel, as a pod's annotations ask for them. */
import { describe, expect, it } from 'vitest'
import { type NetworkRules, nftScript } from '../../src/sandbox/network/rules.ts'
import { Senders, senderIndex } from '../../src/sandbox/network/sources.ts'

const NO_LISTS = {
  excludedPorts: undefined,
  excludedRanges: undefined,
  includedPorts: undefined,
  includedRanges: undefined,
}

const RULES: NetworkRules = {
  ownAddresses: ['10.1.0.2'],
  lists: NO_LISTS,
  redirects: true,
  capturesDns: true,
  entries: [],
  echoPorts: new Map([[9080, 20_000]]),
}

/** The rules of clients, without those of proxies and DNS. */
const clientRules = (rules: Partial<NetworkRules>): readonly string[] => {
  const lines = nftScript({ ...RULES, ...rules })
    .split('\n')
    .map((line) => line.trim())
  return lines.slice(lines.indexOf('meta l4proto udp return') + 1, lines.lastIndexOf('}') - 1)
}

const LOOPBACK = ['ip daddr 127.0.0.0/8 return', 'ip6 daddr ::1 return']

describe('the rules of a sandbox', () => {
  it('redirect everything but loopback and the own address', () => {
    expect(clientRules({})).toEqual([...LOOPBACK, 'ip daddr 10.1.0.2/32 return', 'meta l4proto tcp redirect to :15001'])
  })

  it('follow the annotations in the order of istio-init', () => {
    const lists = {
      excludedPorts: ['3306', 'x; flush ruleset'],
      excludedRanges: ['10.0.0.0/8', 'fd00::/8', '10.1'],
      includedPorts: ['80'],
      includedRanges: ['192.0.2.0/24'],
    }
    expect(clientRules({ lists })).toEqual([
      'tcp dport 3306 goto proxies',
      ...LOOPBACK,
      'ip daddr 10.1.0.2/32 return',
      'ip daddr 10.0.0.0/8 goto proxies',
      'ip6 daddr fd00::/8 goto proxies',
      'tcp dport 80 meta l4proto tcp redirect to :15001',
      'ip daddr 192.0.2.0/24 meta l4proto tcp redirect to :15001',
      'goto proxies',
    ])
  })

  it('leave connections alone without interception', () => {
    expect(clientRules({ redirects: false })).toEqual([...LOOPBACK, 'goto proxies'])
  })

  it('send questions to the proxy only if it captures them', () => {
    expect(nftScript(RULES)).toContain('udp dport 53 redirect to :15053')
    expect(nftScript({ ...RULES, capturesDns: false })).toContain('udp dport 53 redirect to :15054')
  })
})

describe('source addresses', () => {
  it('tell which cluster of which proxy sent a connection', () => {
    const senders = new Senders()
    const bind = (cluster: string): { sourceAddress: { address: string } } =>
      senders.bindOf({ proxy: 'a', cluster, wantedNames: [], serverFirst: false }) as never
    const addresses = Array.from({ length: 300 }, (_, index) => bind(`cluster-${index}`).sourceAddress.address)
    expect(new Set(addresses).size).toBe(300)
    for (const [index, address] of addresses.entries()) {
      expect(senders.byIndex.get(senderIndex(`::ffff:${address}`) ?? 0)?.cluster).toBe(`cluster-${index}`)
    }
    // The same cluster keeps its address.
    expect(bind('cluster-7').sourceAddress.address).toBe(addresses[7])
    expect(senderIndex('10.0.0.1')).toBeUndefined()
    expect(senderIndex('127.0.0.1')).toBeUndefined()
  })
})
