import { append } from '../../../../../common/collections.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import { type Port, portLocation } from '../../../../../registry/service.ts'
import type { PathStep } from '../../../../../sources/document.ts'
import type { Edit } from '../../../../fixes/change.ts'
import type { FixProposal } from '../../../proposal.ts'
import type { Found, HostRule } from '../../../rule.ts'
import { portsText } from '../texts.ts'
import {
  type Declaration,
  declarationsOf,
  hostLocation,
  isDeclaredTwice,
  relatedDeclaration,
  sameProtocol,
} from './declarations.ts'
import { restOf } from './one-entry.ts'

const removal = (...path: readonly PathStep[]): Edit => ({ path, remove: true })

function listedTwice(host: string, first: Declaration, again: Declaration): Found {
  const { entry, hostIndex } = again
  return {
    message: `${host} is listed twice in this entry: the second time has no effect`,
    resource: entry,
    location: hostLocation(again),
    related: [relatedDeclaration(first, 'lists the host here first')],
    proposals: () => [
      {
        title: `remove the second ${host} from ${describeResource(entry)}`,
        changes: [{ kind: 'edit', resource: entry, edits: [removal('spec', 'hosts', hostIndex)] }],
        safe: true,
      },
    ],
  }
}

/** Removes the repeated ports from an entry with one host, or the whole entry if it has no others. */
function* proposals(first: Declaration, again: Declaration, repeated: readonly number[]): Iterable<FixProposal> {
  const { entry } = again
  const { ports, hosts } = entry.spec
  const name = describeResource(entry)
  const numbers = new Set(repeated)
  const indexes = [...ports.entries()].filter(([, { number }]) => numbers.has(number)).map(([index]) => index)
  if (hosts.length > 1) return
  if (indexes.length < ports.length) {
    const edits = indexes.map((index) => removal('spec', 'ports', index))
    yield {
      title: `remove ${portsText(repeated)} from ${name}`,
      changes: [{ kind: 'edit', resource: entry, edits }],
      safe: false,
    }
  } else if (restOf(entry) === restOf(first.entry)) {
    yield { title: `delete ${name}, which adds nothing`, changes: [{ kind: 'remove', resource: entry }], safe: false }
  }
}

function declaredAgain(host: string, first: Declaration, again: Declaration, ports: readonly number[]): Found {
  const [number = 0] = ports
  return {
    message:
      `${portsText(ports)} of ${host} ${ports.length === 1 ? 'is' : 'are'} declared by ${describeResource(first.entry)} ` +
      `already: proxies make one cluster of both, and the settings of that one count`,
    resource: again.entry,
    location: portLocation(again.services[0], number),
    related: [
      {
        message: `${describeResource(first.entry)} declares the port first`,
        location: portLocation(first.services[0], number),
      },
    ],
    proposals: () => proposals(first, again, ports),
  }
}

interface Known {
  readonly declaration: Declaration
  readonly port: Port
}

/** Repeated ports by the declaration that has them already. Entries with another resolution are not merged. */
function repeatedPorts(
  declaration: Declaration,
  firstOf: ReadonlyMap<number, Known>,
): ReadonlyMap<Declaration, readonly number[]> {
  const out = new Map<Declaration, number[]>()
  for (const { number, protocol } of declaration.ports) {
    const first = firstOf.get(number)
    if (!first || !sameProtocol(first.port.protocol, protocol)) continue
    if (first.declaration.services[0].resolution !== declaration.services[0].resolution) continue
    append(out, first.declaration, number)
  }
  return out
}

export const hostPortDuplicate: HostRule = {
  concernsHost: isDeclaredTwice,
  *checkHost(subject) {
    const { host } = subject
    const firstOf = new Map<number, Known>()
    for (const declaration of declarationsOf(subject)) {
      for (const [first, ports] of repeatedPorts(declaration, firstOf)) {
        yield first.entry === declaration.entry
          ? listedTwice(host, first, declaration)
          : declaredAgain(host, first, declaration, ports)
      }
      for (const port of declaration.ports) {
        if (!firstOf.has(port.number)) firstOf.set(port.number, { declaration, port })
      }
    }
  },
}
