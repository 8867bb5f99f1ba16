import { ipFamily, UNSPECIFIED } from '../../../../../common/addresses.ts'
import { append } from '../../../../../common/collections.ts'
import { isHttp } from '../../../../../registry/protocol.ts'
import type { Port } from '../../../../../registry/service.ts'
import type { HostRule } from '../../../rule.ts'
import type { RuleView } from '../../../subjects.ts'
import { MOST_NAMED, portsText } from '../texts.ts'
import { type Declaration, declarationsOf, hostLocation, isDeclaredTwice, relatedDeclaration } from './declarations.ts'
import { proposeOneEntry } from './one-entry.ts'

interface Placed {
  readonly declaration: Declaration
  /** The addresses that it adds to DNS answers. */
  readonly addresses: ReadonlySet<string>
  /** Its ports have listeners for all addresses. */
  readonly everywhere: boolean
}

function placed(declaration: Declaration, view: RuleView): Placed {
  const all = declaration.services.flatMap((service) => view.addressesOf(service))
  const single = all.filter((address) => ipFamily(address) !== 0 && address !== UNSPECIFIED)
  return { declaration, addresses: new Set(single), everywhere: single.length < all.length }
}

/** HTTP has listeners for all addresses and is separated by host; UDP has no listeners. */
const byAddress = ({ protocol }: Port): boolean => !isHttp(protocol) && protocol !== 'UDP'

/** Declarations by port number. */
function byPort(all: readonly Placed[]): ReadonlyMap<number, readonly (readonly [Placed, Port])[]> {
  const out = new Map<number, (readonly [Placed, Port])[]>()
  for (const item of all) {
    for (const port of item.declaration.ports) append(out, port.number, [item, port])
  }
  return out
}

/** The ports for which some address of the host has no listener. */
function splitPorts(all: readonly Placed[], answered: ReadonlySet<string>): ReadonlySet<number> {
  const out = new Set<number>()
  for (const [number, declared] of byPort(all)) {
    if (declared.some(([{ everywhere }, port]) => everywhere || !byAddress(port))) continue
    const listened = new Set(declared.flatMap(([{ addresses }]) => [...addresses]))
    if (listened.size < answered.size) out.add(number)
  }
  return out
}

function found(host: string, declaration: Declaration, split: readonly number[], giving: readonly Declaration[]) {
  const others = giving.slice(0, MOST_NAMED + 1).filter((other) => other !== declaration)
  return {
    message:
      `DNS answers ${host} with the addresses of several entries, and ${portsText(split)} of this one ` +
      `${split.length === 1 ? 'is' : 'are'} not listened on at all of them: connections that pick another address fail`,
    resource: declaration.entry,
    location: hostLocation(declaration),
    related: others.slice(0, MOST_NAMED).map((other) => {
      const ports = portsText(other.ports.map(({ number }) => number))
      return relatedDeclaration(other, `gives the host an address with ${ports}`)
    }),
  }
}

export const hostSplitVips: HostRule = {
  concernsHost: isDeclaredTwice,
  *checkHost(subject) {
    const { host, view } = subject
    const declarations = view.proxy.dnsCapture ? declarationsOf(subject) : []
    const all = declarations.map((declaration) => placed(declaration, view))
    const answered = new Set(all.flatMap(({ addresses }) => [...addresses]))
    if (answered.size < 2) return
    const split = splitPorts(all, answered)
    if (split.size === 0) return
    const giving = all.filter(({ addresses }) => addresses.size > 0).map(({ declaration }) => declaration)
    for (const declaration of declarations) {
      const ports = declaration.ports.map(({ number }) => number).filter((number) => split.has(number))
      if (ports.length === 0) continue
      yield { ...found(host, declaration, ports, giving), proposals: () => proposeOneEntry(declarations) }
    }
  },
}
