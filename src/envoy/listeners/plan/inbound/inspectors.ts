/** Which listener filters look at inbound connections, and at which ports they do not (core/listener_inbound.go). */
import type { InboundChainPlan } from './chains.ts'

/** The destination ports at which an inspector works, in order: at these alone, or at all others. */
export type InspectedPorts = { readonly only: readonly number[] } | { readonly except: readonly number[] }

export interface InboundInspectors {
  /** undefined: there is none. */
  readonly tls: InspectedPorts | undefined
  readonly http: InspectedPorts | undefined
}

interface Needs {
  tls: boolean
  http: boolean
}

const PLAIN_HTTP = new Set(['http/1.1', 'h2c'])

/** What the chains of each port need to be told; chains of any port count as port 0. */
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

/** Off at the ports without TLS where unknown ports need it, else on only at the ports with TLS. */
function tlsPorts(entries: Entries): InspectedPorts {
  const declared = entries.filter(([port]) => port > 0)
  const everywhere = entries.some(([port, needs]) => port === 0 && needs.tls)
  const listed = portsOf(declared.filter(([, needs]) => needs.tls !== everywhere))
  return everywhere ? { except: listed } : { only: listed }
}

/** The inspectors that the chains of an inbound listener need. */
export function inboundInspectors(chains: readonly InboundChainPlan[]): InboundInspectors {
  const entries = [...needsByPort(chains)]
  const inspectsTls = entries.some(([, needs]) => needs.tls)
  const inspectsHttp = entries.some(([, needs]) => needs.http)
  return {
    tls: inspectsTls ? tlsPorts(entries) : undefined,
    http: inspectsHttp ? { except: portsOf(entries.filter(([, needs]) => !needs.http)) } : undefined,
  }
}
