/** The plan of a sidecar's listeners. Writing them down, streaming them and asking where they lead are functions of it. */
import { once } from '../../../common/once.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { plaintextAlpnOf } from '../../filters/plan/settings.ts'
import { type InboundPlan, planInbound } from './inbound.ts'
import { type OutboundPlan, planOutbound } from './outbound.ts'

/** What a sidecar listens on, as decided. */
export interface SidecarPlan {
  readonly view: ProxyView
  /** False when the mesh configuration turns proxyListenPort off: the proxy then has no listener at all. */
  readonly listens: boolean
  readonly outbound: OutboundPlan
  /** Decided when it is first asked for. */
  readonly inbound: InboundPlan
}

const NO_OUTBOUND: OutboundPlan = { entries: [], conflicts: [], skipped: [] }
const NO_INBOUND: InboundPlan = { ports: [], conflicts: [], skipped: [] }

/** Decides what a sidecar listens on (core/listener.go BuildListeners). */
export function planSidecar(view: ProxyView): SidecarPlan {
  const { mesh, features } = view.registry.snapshot
  const listens = mesh.proxyListenPort > 0
  const inbound = once(() => (listens ? planInbound(view) : NO_INBOUND))
  return {
    view,
    listens,
    outbound: listens ? planOutbound(view, plaintextAlpnOf(features.env)) : NO_OUTBOUND,
    get inbound() {
      return inbound()
    },
  }
}
