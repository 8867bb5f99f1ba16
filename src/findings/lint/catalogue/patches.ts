/** Rules about what EnvoyFilters do. */
import type { Catalogue } from '../rule.ts'

export const PATCH_ENTRIES = {
  'patch-matches-nothing': {
    severity: 'warning',
    title: 'A patch of an EnvoyFilter that matches nothing',
    description:
      'The EnvoyFilter applies to proxies of the input, but no listener, filter chain, filter, route or cluster of them ' +
      'has the names and ports of the match, or the operation does nothing there. istiod does not report it. Patches for ' +
      'contexts or versions that no proxy of the input has are not reported. The rule computes at most 200 workloads that ' +
      'differ, and says so where that leaves some out (info).',
    howToFix:
      'Compare the match with `vipctl proxy-config listeners`, `routes` or `clusters` with `-o json`: names are matched ' +
      'exactly. `vipctl patches` shows the effect of each patch.',
    answersTo: [],
    issues: [],
  },
  'patch-changes-every-proxy': {
    severity: 'warning',
    title: 'A MERGE that changes proxies that the EnvoyFilter does not select',
    description:
      'istiod keeps some messages once for all proxies, and a MERGE changes them in place: the wrappers of ' +
      'bindToPort, useOriginalDst, validateClusters and maxDirectResponseBodySizeBytes, and the filters ' +
      'istio.metadata_exchange and istio.stats. From the first proxy that gets the patch until istiod restarts, every ' +
      'other proxy gets the change too, on top of what was merged before. vipctl computes the patch for its own proxies ' +
      'only.',
    howToFix:
      'REMOVE the filter and add another one instead of merging into it; or leave out the field, and use the setting ' +
      'of Istio that makes it.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
