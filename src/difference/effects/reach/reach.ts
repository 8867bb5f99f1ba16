/** Which service ports a sidecar reaches before and after, with the listeners that they win and lose. */
import type { ListenerConflict } from '../../../envoy/listeners/index.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { ComparedProxy, Source } from '../../model.ts'
import type { Draft } from '../draft.ts'
import { candidatesOf, leadsOf, lossesOf } from './candidates.ts'
import { reachPhrase } from './sentences.ts'
import { PortStates, type State } from './states.ts'

/** The other side of a conflict. */
const winnerSource = ({ winner }: ListenerConflict): Source => ({
  what: describeResource(winner.resource),
  location: winner.location,
})

function sourcesOfState(state: State, own: readonly Source[], sidecar: readonly Source[]): readonly Source[] {
  if (state.kind === 'lost') return [...own, winnerSource(state.conflict)]
  return state.kind === 'absent' && state.reason !== '' ? [...own, ...sidecar] : own
}

/** One draft per port that is reached in another way; none for routers, which have no conflicts. */
export function reachDrafts(proxy: ComparedProxy): readonly Draft[] {
  const { before, after } = proxy.views
  const { reach } = proxy
  if (!before || !after || !reach.before || !reach.after) return []
  const leads = leadsOf(proxy)
  const losses = { before: lossesOf(proxy.conflicts.before), after: lossesOf(proxy.conflicts.after) }
  const [old, now] = [
    new PortStates(before, losses.before, reach.before),
    new PortStates(after, losses.after, reach.after),
  ]
  const drafts: Draft[] = []
  for (const [key, place] of candidatesOf(proxy, leads, losses)) {
    const [was, is] = [old.of(place, key), now.of(place, key)]
    const unknown = {
      policy: after.outboundPolicy.mode,
      taker: reach.after.takers.get(place.port),
      heir: is.kind === 'absent' ? now.heirOf(place, old.isTls(place)) : undefined,
    }
    const phrase = reachPhrase(was, is, { before: leads.before.of(key), after: leads.after.of(key) }, unknown)
    if (!phrase) continue
    const sources = {
      before: sourcesOfState(was, old.sourcesOf(place), old.sidecarSources()),
      after: sourcesOfState(is, now.sourcesOf(place), now.sidecarSources()),
    }
    drafts.push({ ...phrase, subject: 'host', place, sources, covers: [] })
  }
  return drafts
}
