import { describeResource } from '../../../../../kinds/resource.ts'
import type { Protocol } from '../../../../../registry/protocol.ts'
import { type Port, portLocation } from '../../../../../registry/service.ts'
import type { Found, HostRule } from '../../../rule.ts'
import { type Declaration, declarationsOf, isDeclaredTwice, sameProtocol } from './declarations.ts'

const protocolText = (protocol: Protocol): string => (protocol === 'Unsupported' ? 'unset' : protocol)

function conflict(host: string, first: Declaration, known: Port, later: Declaration, port: Port): Found {
  const { number } = port
  const [ours, theirs] = [protocolText(port.protocol), protocolText(known.protocol)]
  return {
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

export const hostPortProtocolConflict: HostRule = {
  concernsHost: isDeclaredTwice,
  *checkHost(subject) {
    const firstOf = new Map<number, { readonly declaration: Declaration; readonly port: Port }>()
    for (const declaration of declarationsOf(subject)) {
      for (const port of declaration.ports) {
        const first = firstOf.get(port.number)
        if (!first) firstOf.set(port.number, { declaration, port })
        else if (!sameProtocol(first.port.protocol, port.protocol)) {
          yield conflict(subject.host, first.declaration, first.port, declaration, port)
        }
      }
    }
  },
}
