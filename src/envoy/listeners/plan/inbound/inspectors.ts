/**
 * The listener filters that inspect inbound connections, and the ports at which they are off
 * (core/listener_inbound.go).
 */
import type { InboundChainPlan } from './chains.ts'

/** The destination ports for which an inspector is enabled, in order: only these, or all others. */
export type InspectedPorts = { readonly only: readonly number[] } | { readonly except: readonly number[] }

export interface InboundInspectors {
  /** undefined for no inspector. */
  readonly tls: InspectedPorts | undefined
  readonly http: InspectedPorts | undefined
}

interface Needs {
  tls: boolean
  http: boolean
}

const PLAIN_HTTP = new Set(['http/1.1', 'h2c'])

/** The inspection that the chains of each port need; chains for any port use port 0. */
function needsByPort(chains: readonly InboundChainPlan[]): ReadonlyMap<number, Needs> {
  const out = new Map<number, Needs>()
  for (const { destinationPort, match } of chains) {
    const needs = out.get(destinationPort) ?? { tls: false, http: false }
    needs.tls ||= match?.transportProtocol === 'tls'
    needs.http ||= match?.applicationProtocols?.some((name) => PLAIN_HTTP.has(name)) ?? false
    out.set(destinationPort, needs)
  }
  return out
}

type Entries = readonly (readonly [port: number, needs: Needs])[]

const portsOf = (entries: Entries): readonly number[] => entries.map(([port]) => port).sort((a, b) => a - b)

/** Disabled at ports without TLS if unknown ports need it; otherwise enabled at ports with TLS only. */
function tlsPorts(entries: Entries): InspectedPorts {
  const declared = entries.filter(([port]) => port > 0)
  const everywhere = entries.some(([port, needs]) => port === 0 && needs.tls)
  const listed = portsOf(declared.filter(([, needs]) => needs.tls !== everywhere))
  return everywhere ? { except: listed } : { only: listed }
}

/** The inspectors that an inbound listener's chains need. */
export function inboundInspectors(chains: readonly InboundChainPlan[]): InboundInspectors {
  const entries = [...needsByPort(chains)]
  const inspectsTls = entries.some(([, needs]) => needs.tls)
  const inspectsHttp = entries.some(([, needs]) => needs.http)
  return {
    tls: inspectsTls ? tlsPorts(entries) : undefined,
    http: inspectsHttp ? { except: portsOf(entries.filter(([, needs]) => !needs.http)) } : undefined,
  }
}
