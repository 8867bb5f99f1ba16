/** `proxy-config listeners`: the listeners in Envoy's form, filtered. */
import type { EnvoyListener } from '../../../envoy/listeners/index.ts'
import { equalFold } from '../istioctl-table.ts'
import { listenerAddresses, listenerPort, listenerType } from './words.ts'

export interface ListenerFilter {
  /** One of the listener's addresses without the port; '' or undefined for all. */
  readonly address?: string | undefined
  /** 0 or undefined for all. */
  readonly port?: number | undefined
  readonly type?: string | undefined
}

export function matchesListener(listener: EnvoyListener, { address, port, type }: ListenerFilter): boolean {
  if (address && !listenerAddresses(listener).some((own) => equalFold(own, address))) return false
  if (port && listenerPort(listener) !== port) return false
  return !type || equalFold(listenerType(listener), type)
}
