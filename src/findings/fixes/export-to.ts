/** Restricts entries to their own namespaces, so that this proxy does not see several of them. */
import type { Change } from './change.ts'
import { namesOf, type Propose } from './context.ts'

const OWN_NAMESPACE = '.'

/** If a party is in the proxy's own namespace, all others are restricted; otherwise the losers. */
export const proposeExportTo: Propose = (conflict, losers, context) => {
  const { namespace } = context.view.proxy
  const parties = [conflict.winner, ...conflict.losers]
  const ownMeets = [conflict.winner, ...losers].some((party) => party.namespace === namespace)
  const foreign = (ownMeets ? parties : losers).filter((party) => party.namespace !== namespace)
  const entries = context.entriesOf(foreign)
  if (entries.length === 0) return []
  const whose = entries.length === 1 ? 'its own namespace' : 'their own namespaces'
  return [
    {
      title: `restrict ${namesOf(entries)} to ${whose} with exportTo`,
      changes: entries.map(
        (entry): Change => ({
          kind: 'edit',
          resource: entry,
          edits: [{ path: ['spec', 'exportTo'], value: [OWN_NAMESPACE] }],
        }),
      ),
    },
  ]
}
