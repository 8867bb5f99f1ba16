import { oncePer } from '../../../../common/once.ts'
import type { DestinationRuleResource } from '../../../../kinds/index.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import { completeHost } from '../../../../scope/names.ts'
import { variantSubsets } from '../../../duplicates.ts'

/** The DestinationRules of one host. */
interface OfHost {
  readonly namespaces: Set<string>
  /** Subsets of rules with a workload selector, and of variants. */
  readonly chosen: Set<string>
  /** The first rule with each subset, even if it applies to no client. */
  readonly bySubset: Map<string, DestinationRuleResource>
}

/** DestinationRules by their hosts, whether or not they apply to a client. */
export class RulesByHost {
  readonly #hosts = new Map<string, OfHost>()

  constructor(snapshot: Snapshot) {
    for (const rule of snapshot.istio.destinationRules) {
      const { spec, meta } = rule
      const { namespaces, chosen, bySubset } = this.#of(completeHost(spec.host, meta.namespace))
      namespaces.add(meta.namespace)
      for (const { name } of spec.subsets) {
        if (spec.workloadSelector) chosen.add(name)
        if (!bySubset.has(name)) bySubset.set(name, rule)
      }
    }
    for (const { host, subset } of variantSubsets(snapshot)) this.#of(host).chosen.add(subset)
  }

  #of(host: string): OfHost {
    const known = this.#hosts.get(host) ?? { namespaces: new Set(), chosen: new Set(), bySubset: new Map() }
    this.#hosts.set(host, known)
    return known
  }

  namespacesOf(host: string): Iterable<string> {
    return this.#hosts.get(host)?.namespaces ?? []
  }

  /** Subsets that only some clients have, which cannot be told apart here. */
  chosenSubsets(host: string): Iterable<string> {
    return this.#hosts.get(host)?.chosen ?? []
  }

  /** A rule that has the subset. */
  ruleWith(host: string, subset: string): DestinationRuleResource | undefined {
    return this.#hosts.get(host)?.bySubset.get(subset)
  }
}

/** Several rules of lint ask, so the index is made once. */
export const rulesByHost = oncePer((snapshot: Snapshot) => new RulesByHost(snapshot))
