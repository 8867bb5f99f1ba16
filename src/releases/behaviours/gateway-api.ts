/** Kinds of the Gateway API that releases read; before, PILOT_ENABLE_ALPHA_GATEWAY_API asks for them. */
import type { Behaviour } from '../behaviour.ts'

const ALPHA = 'PILOT_ENABLE_ALPHA_GATEWAY_API=true reads them in older releases too.'

export const GATEWAY_API = {
  'backend-tls-policies': {
    does: 'BackendTLSPolicies are read. From 1.26 on, PILOT_ENABLE_ALPHA_GATEWAY_API=true reads them too.',
    touches: ['cds'],
    since: ['1.28.0'],
    upgrade: `Gateways and sidecars use TLS to the targets of BackendTLSPolicies that were ignored before. ${ALPHA}`,
    source: '#57693',
  },
  'tls-routes': {
    does: 'TLSRoutes are read. Before, PILOT_ENABLE_ALPHA_GATEWAY_API=true reads them.',
    touches: ['lds', 'rds'],
    since: ['1.30.0'],
    upgrade: `TLSRoutes that were ignored before route connections. ${ALPHA}`,
    source: '#59221',
  },
  'listener-sets': {
    does: 'ListenerSets are read. From 1.27 to 1.29, XListenerSets are, with PILOT_ENABLE_ALPHA_GATEWAY_API=true.',
    touches: ['lds', 'rds'],
    since: ['1.30.0'],
    upgrade: 'Gateways get the listeners of ListenerSets; XListenerSets are no longer read and must be rewritten.',
    source: '#59221',
  },
  'tcp-routes': {
    does: 'TCPRoutes are read. Before, PILOT_ENABLE_ALPHA_GATEWAY_API=true reads them.',
    touches: ['lds'],
    since: ['1.31.0'],
    upgrade: `TCPRoutes that were ignored before route connections. ${ALPHA}`,
    source: '#60766',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
