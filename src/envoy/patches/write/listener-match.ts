/** Which listeners, filter chains and filters a patch matches (core/envoyfilter/listener_patch.go). */
import { VIRTUAL_INBOUND, VIRTUAL_OUTBOUND } from '../../../common/names.ts'
import { fieldAt, type JsonMapping, listAt, mappingAt, textAt } from '../../../sources/mapping.ts'
import type { Patch } from '../plan/patches.ts'

const isVirtual = (listener: JsonMapping): boolean =>
  [VIRTUAL_INBOUND, VIRTUAL_OUTBOUND].includes(textAt(listener, 'name'))

/** Protobuf omits a port 0. */
const portOf = (listener: JsonMapping): unknown => {
  const socket = fieldAt(mappingAt(listener, 'address'), 'socketAddress')
  return socket === undefined ? undefined : (fieldAt(socket, 'portValue') ?? 0)
}

/** The port of a match is not that of virtualInbound and virtualOutbound, but of their filter chains. */
export function matchesListener({ match, applyTo }: Patch, listener: JsonMapping): boolean {
  const wanted = match?.listener
  if (!wanted) return true
  if (wanted.name !== '' && wanted.name !== textAt(listener, 'name')) return false
  if (wanted.portNumber === 0 || (applyTo !== 'LISTENER' && isVirtual(listener))) return true
  return portOf(listener) === wanted.portNumber
}

/** Whether a chain of a listener that matches is matched too; a chain without a property does not match it. */
export function matchesChain({ match }: Patch, listener: JsonMapping, chain: JsonMapping): boolean {
  const wanted = match?.listener
  if (!wanted) return true
  const condition = mappingAt(chain, 'filterChainMatch')
  const port = fieldAt(condition, 'destinationPort')
  if (wanted.portNumber > 0 && isVirtual(listener) && port !== wanted.portNumber) return false
  const { name, sni, transportProtocol, applicationProtocols, destinationPort } = wanted.filterChain ?? {}
  if (name && name !== textAt(chain, 'name')) return false
  if (sni && !listAt(condition, 'serverNames').includes(sni)) return false
  if (transportProtocol && transportProtocol !== textAt(condition, 'transportProtocol')) return false
  const protocols = listAt(condition, 'applicationProtocols')
  if (applicationProtocols && !applicationProtocols.split(',').every((each) => protocols.includes(each))) return false
  return !destinationPort || port === destinationPort
}

/** A test for the name that a match gives; undefined when it gives none. */
type NameTest = ((item: JsonMapping) => boolean) | undefined

const isCalled =
  (name: string): NameTest =>
  (item) =>
    textAt(item, 'name') === name

/** The test for the listener filter that a patch names. */
export function namedListenerFilter({ match }: Patch): NameTest {
  const name = match?.listener?.listenerFilter ?? ''
  return name === '' ? undefined : isCalled(name)
}

/** The test for the network filter that a patch names. */
export function namedNetworkFilter({ match }: Patch): NameTest {
  const filter = match?.listener?.filterChain?.filter
  return filter && isCalled(filter.name)
}

/** The test for the HTTP filter that a patch names. */
export function namedHttpFilter({ match }: Patch): NameTest {
  const filter = match?.listener?.filterChain?.filter?.subFilter
  return filter && isCalled(filter.name)
}
