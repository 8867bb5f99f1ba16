/** `vipctl graph conflicts`: who shares which listener of a proxy, and who wins. */
import { partyOf } from '../../../envoy/listeners/index.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { lostMessage, partyMessage } from '../../conflicts/message.ts'
import { proxyLine, proxyText } from '../../proxy-line.ts'
import { releaseMessage } from '../../release.ts'
import type { GraphAnswer } from '../answer.ts'
import { drawConflicts } from './draw.ts'
import { type ListenerGraph, listenerGraph, type SharedListener } from './listeners.ts'

const listenerMessage = ({ name, port, members, toldApartBy, conflicts }: SharedListener): object => ({
  listener: name,
  port,
  toldApartBy,
  members: members.map((member) => partyMessage(partyOf(member))),
  conflicts: conflicts.map(({ rule, orderAssumed, winner, losers }) => ({
    rule,
    orderAssumed,
    winner: partyMessage(winner),
    losers: losers.map(partyMessage),
  })),
})

/** Explains a picture without conflicts: why it is empty, or what it shows instead. */
function remark({ listeners, withoutListener }: ListenerGraph, host: string | undefined): readonly string[] {
  if (listeners.some(({ conflicts }) => conflicts.length > 0)) return []
  if (host !== undefined) {
    if (listeners.length + withoutListener.length > 0) return [`no conflicts of ${host}`]
    return [`the proxy has no listener for ${host}; \`vipctl graph visibility --focus ${host}\` shows who sees it`]
  }
  if (listeners.length === 0) return ['no conflicts: no port is shared']
  return ['no conflicts; these are the ports that several hosts share']
}

/** @param host the one in focus */
export function conflictGraph(view: ProxyView, host: string | undefined): GraphAnswer {
  const data = listenerGraph(view, host)
  const { graph, folded } = drawConflicts(data, host)
  const { release } = view.registry.snapshot
  return {
    kind: 'conflicts',
    release,
    about: [proxyLine(proxyText(view))],
    graph,
    notes: [...remark(data, host), ...folded.map((text) => `folded: ${text}`)],
    message: () => ({
      istio: releaseMessage(release),
      graph: 'conflicts',
      ...(host !== undefined && { focus: host }),
      listeners: data.listeners.map(listenerMessage),
      withoutListener: data.withoutListener.map(lostMessage),
    }),
  }
}
