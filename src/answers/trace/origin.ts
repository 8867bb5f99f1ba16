/** Where a trace starts: at the proxy of an application, or at a gateway that a client outside of the mesh reaches. */
import { quoted, UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { computeProxyView, type Mesh } from '../../pipeline.ts'
import { routersOf } from '../../proxy/routers.ts'
import type { SelectedNode } from '../../proxy/select.ts'
import type { ProxyView } from '../../scope/view.ts'
import {
  type Client,
  clientOf,
  type Entrance,
  entranceOf,
  type Peers,
  type Trace,
  type TraceRequest,
  type TraceSettings,
  trace,
  traceFromOutside,
  traceToWorkload,
} from '../../simulation/index.ts'
import { proxyText } from '../proxy-line.ts'

/** Traces a request from its origin. */
export type Origin = (
  request: TraceRequest,
  settings: TraceSettings,
) => { readonly from: string; readonly trace: Trace }

/** Where a request begins, as `--from` and `-n` state it. */
interface StatedOrigin {
  readonly from?: string | undefined
  /** How messages name the option; `--from` by default. */
  readonly option?: string | undefined
  /** That of a gateway without one. */
  readonly namespace?: string | undefined
}

const OUTSIDE = 'outside'
const GATEWAY = 'gateway/'
const FORMS = 'use gateway/NAME[.NAMESPACE], or outside'

/** Whether an origin of `--from` is outside of the mesh, and not a proxy of an application. */
export const isOutside = (from: string | undefined): boolean => from === OUTSIDE || (from?.startsWith(GATEWAY) ?? false)

/** `NAME.NAMESPACE` of a router, as the ids of nodes have it. */
const nameOf = ({ node }: SelectedNode): string => node.id.split('~')[2] ?? ''

/** The router that a name means: a workload, or one that the Gateway of this name selects. */
function routerNamed(text: string, namespace: string, mesh: Mesh, option: string): ProxyView {
  const routers = routersOf(mesh.snapshot)
  const views = routers.map((router) => computeProxyView(mesh, router.node))
  const wanted = [text, `${text}.${namespace}`]
  const isWorkload = (router: SelectedNode): boolean =>
    wanted.includes(nameOf(router)) || wanted.some((name) => router.workloads?.includes(name))
  const own = views[routers.findIndex(isWorkload)]
  if (own) return own
  const gateway = mesh.snapshot.istio.gateways.find(
    ({ meta }) => wanted.includes(`${meta.name}.${meta.namespace}`) || (meta.name === text && !text.includes('.')),
  )
  const selected =
    gateway &&
    views.find(({ proxy }) => [...gateway.spec.selector].every(([key, value]) => proxy.labels.get(key) === value))
  if (selected) return selected
  if (gateway)
    throw new UserError(`${option}: no router of the input is selected by Gateway ${gateway.meta.namespace}/${text}`)
  const names = [
    ...routers.flatMap(({ workloads = [] }) => [...new Set(workloads)]),
    ...mesh.snapshot.istio.gateways.map(({ meta }) => meta.name),
  ]
  const close = nearest(text, names)
  const known = names.length > 0 ? `the input has ${names.slice(0, 5).join(', ')}` : 'the input has no gateway'
  throw new UserError(`${option}: no gateway ${quoted(text)}`, close ? `did you mean ${close}?` : known)
}

function fromGateway(view: ProxyView, peers: Peers): Origin {
  const from = `a client outside of the mesh, at ${view.proxy.description}`
  return (request, settings) => ({
    from,
    trace: traceFromOutside(peers, entranceOf(view, request.port), request, settings),
  })
}

function fromOutside(peers: Peers, option: string): Origin {
  return (request, settings) => {
    const entrance: Entrance | undefined = peers.entranceAt(request.host, request.port)
    const from = 'a client outside of the mesh'
    if (entrance) return { from, trace: traceFromOutside(peers, entrance, request, settings) }
    const peer = peers.at(request.host, request.port, '')
    if (peer) return { from, trace: traceToWorkload(peer, request) }
    throw new UserError(
      `${option} outside: no gateway or workload of the input has the address ${quoted(request.host)} and port ${request.port}`,
      `name the gateway with ${option} gateway/NAME, or the address of its Service or of a pod as the target`,
    )
  }
}

/**
 * @param clientOfView makes the client of a proxy, which may be kept for other traces
 * @throws UserError when the input has no such gateway
 */
export function originFor(
  { from: stated, namespace = 'default', option = '--from' }: StatedOrigin,
  mesh: Mesh,
  view: ProxyView,
  peers: Peers,
  clientOfView: (view: ProxyView) => Client = (own) => clientOf(own, mesh.scope),
): Origin {
  if (stated === OUTSIDE) return fromOutside(peers, option)
  if (stated !== undefined) {
    if (!stated.startsWith(GATEWAY)) throw new UserError(`${option}: ${quoted(stated)} is not an origin`, FORMS)
    return fromGateway(routerNamed(stated.slice(GATEWAY.length), namespace, mesh, option), peers)
  }
  if (view.proxy.type === 'router') return fromGateway(view, peers)
  const client = clientOfView(view)
  const from = proxyText(view)
  return (request, settings) => ({ from, trace: trace(client, peers, request, settings) })
}
