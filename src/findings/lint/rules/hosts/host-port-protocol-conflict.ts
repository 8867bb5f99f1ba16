import { describeResource } from '../../../../kinds/resource.ts'
import type { Protocol } from '../../../../registry/protocol.ts'
import { type Port, portLocation } from '../../../../registry/service.ts'
import { hostSubject, type ScopedFound, type ScopeRule } from '../../rule.ts'
import { type Declaration, hostDeclarations, sameProtocol } from './declarations.ts'

const protocolText = (protocol: Protocol): string => (protocol === 'Unsupported' ? 'unset' : protocol)

function conflict(host: string, first: Declaration, known: Port, later: Declaration, port: Port): ScopedFound {
  const { number } = port
  const [ours, theirs] = [protocolText(port.protocol), protocolText(known.protocol)]
  return {
    subject: hostSubject(host),
    message:
      `port ${number} of ${host} is ${ours} here and ${theirs} in ${describeResource(first.entry)}, which comes first: ` +
      `its cluster is made for ${theirs}`,
    resource: later.entry,
    location: portLocation(later.services[0], number),
    related: [
      {
        message: `${describeResource(first.entry)} declares the port as ${theirs}`,
        location: portLocation(first.services[0], number),
      },
    ],
  }
}

export const hostPortProtocolConflict: ScopeRule = {
  *checkScope(facts) {
    for (const [host, declarations] of hostDeclarations(facts)) {
      const firstOf = new Map<number, { readonly declaration: Declaration; readonly port: Port }>()
      for (const declaration of declarations) {
        for (const port of declaration.ports) {
          const first = firstOf.get(port.number)
          if (!first) firstOf.set(port.number, { declaration, port })
          else if (!sameProtocol(first.port.protocol, port.protocol)) {
            yield conflict(host, first.declaration, first.port, declaration, port)
          }
        }
      }
    }
  },
}
