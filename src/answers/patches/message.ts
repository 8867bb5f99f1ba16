/** EnvoyFilters and what their patches do, as data. */
import type { FilterReport, PatchChange, PatchReport, WhyNothing } from '../../findings/patches/report.ts'
import type { Release } from '../../resources/mesh/release.ts'
import { placeMessage } from '../place.ts'
import { releaseMessage } from '../release.ts'

export interface PatchesAnswer {
  readonly release: Release
  /** How many proxies were looked at. */
  readonly proxies: number
  readonly filters: readonly FilterReport[]
}

const NOTHING: Readonly<Record<WhyNothing, string>> = {
  'no-proxy': 'the EnvoyFilter applies to none of the proxies',
  'other-proxies': 'its match.proxy fits none of the proxies',
  'other-context': 'its context fits none of the proxies',
  waypoint: 'it is for waypoints, which vipctl does not model',
  'not-asked-for': 'it is sent only to filters that ask for it by name, and none does',
  bootstrap: 'istiod does not apply it; the agent of a proxy reads it from its bootstrap',
  'no-match': 'it matches nothing',
}

/** Why a patch does nothing, as a sentence without a full stop. */
export const nothingText = (why: WhyNothing): string => NOTHING[why]

const changeMessage = ({ kind, resource, part, proxies, before, after, failure }: PatchChange): object => ({
  kind,
  resource,
  ...(part.length > 0 && { part }),
  proxies,
  ...(failure !== undefined && { failure }),
  ...(before !== undefined && failure === undefined && { before }),
  ...(after !== undefined && failure === undefined && { after }),
})

function patchMessage({ written, index, changes, nothing }: PatchReport): object {
  return {
    patch: index + 1,
    applyTo: written.applyTo,
    operation: written.patch?.operation,
    context: written.match?.context ?? 'ANY',
    changes: changes.map(changeMessage),
    ...(nothing && { nothing: nothingText(nothing) }),
  }
}

/** The value of `patches -o json`. */
export function patchesMessage({ release, proxies, filters }: PatchesAnswer): object {
  return {
    istio: releaseMessage(release),
    proxies,
    envoyFilters: filters.map(({ filter, proxies: applied, patches }) => ({
      namespace: filter.meta.namespace,
      name: filter.meta.name,
      ...placeMessage(filter.location),
      priority: filter.spec.priority,
      proxies: applied,
      patches: patches.map(patchMessage),
    })),
  }
}

/** Levels of `patches -o json` that are written item by item. */
export const PATCHES_LEVELS = 3
