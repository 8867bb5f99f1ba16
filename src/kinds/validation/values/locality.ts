/** Locality load balancing (ValidateLocalityLbSetting, ValidateZoneAwareLbSetting of the reference). */
import { LABELS } from '../../../common/istio-names.ts'
import type {
  LocalityLoadBalancerSetting,
  LocalityLoadBalancerSettingDistribute,
  LocalityLoadBalancerSettingFailover,
  ZoneAwareLoadBalancerSetting,
} from '../../messages/destination-rule.ts'
import { type Path, quote, type Report } from '../report.ts'

const TOPOLOGY_LABELS: ReadonlySet<string> = new Set([LABELS.region, LABELS.zone, LABELS.subzone])

/** @param ejecting whether there is outlier detection, which failover needs */
export function checkLocality(
  report: Report,
  at: Path,
  setting: LocalityLoadBalancerSetting | undefined,
  ejecting: boolean,
): void {
  if (setting === undefined) return
  const { distribute, failover, failoverPriority } = setting
  if (distribute.length > 0 && failover.length > 0) {
    report.error(at, 'failover', 'locality-failover-invalid', 'distribute and failover exclude each other')
    return
  }
  const topology = failover.length > 0 ? failoverPriority.findIndex((label) => TOPOLOGY_LABELS.has(label)) : -1
  if (topology >= 0) {
    const message = `${quote(failoverPriority[topology] ?? '')} must not be in failoverPriority together with failover`
    report.error([...at, 'failoverPriority'], topology, 'locality-failover-invalid', message)
    return
  }
  if (!checkDistribution(report, [...at, 'distribute'], distribute)) return
  checkFailovers(report, at, failover, failoverPriority, ejecting)
}

export function checkZoneAware(
  report: Report,
  at: Path,
  setting: ZoneAwareLoadBalancerSetting | undefined,
  ejecting: boolean,
): void {
  if (setting === undefined) return
  const { failover, failoverPriority } = setting
  for (let index = 0; index < failoverPriority.length; index++) {
    const label = failoverPriority[index] ?? ''
    if (!TOPOLOGY_LABELS.has(label)) continue
    const message = `${quote(label)} must not be in failoverPriority: regions and zones are handled by themselves`
    report.error([...at, 'failoverPriority'], index, 'locality-failover-invalid', message)
  }
  checkFailovers(report, at, failover, failoverPriority, ejecting)
}

const WHOLE = 100

/** @returns false when weights are wrong, after which istiod stops checking */
function checkDistribution(
  report: Report,
  at: Path,
  distribute: readonly LocalityLoadBalancerSettingDistribute[],
): boolean {
  const sources = new LocalitySet()
  for (let index = 0; index < distribute.length; index++) {
    const item = distribute[index]
    if (!item) continue
    if (!checkWeights(report, [...at, index], item.to)) return false
    const targets = new LocalitySet()
    for (const target of item.to.keys()) {
      const problem = targets.add(target)
      if (problem === undefined) continue
      report.error([...at, index, 'to'], target, 'locality-overlap', problem)
      break
    }
  }
  for (let index = 0; index < distribute.length; index++) {
    const problem = sources.add(distribute[index]?.from ?? '')
    if (problem === undefined) continue
    report.error([...at, index], 'from', 'locality-overlap', problem)
    break
  }
  return true
}

function checkWeights(report: Report, at: Path, to: ReadonlyMap<string, number>): boolean {
  let total = 0
  for (const [target, weight] of to) {
    if (weight < 1 || weight > WHOLE) {
      const message = `a weight must be between 1 and ${WHOLE}, not ${weight}`
      report.error([...at, 'to'], target, 'locality-weight-invalid', message)
      return false
    }
    total += weight
  }
  if (total === WHOLE) return true
  report.error(at, 'to', 'locality-weight-invalid', `the weights add up to ${total}, not to ${WHOLE}`)
  return false
}

function checkFailovers(
  report: Report,
  at: Path,
  failovers: readonly LocalityLoadBalancerSettingFailover[],
  priorities: readonly string[],
  ejecting: boolean,
): void {
  if (!ejecting && (failovers.length > 0 || priorities.length > 0)) {
    const field = failovers.length > 0 ? 'failover' : 'failoverPriority'
    const message = 'without outlierDetection nothing ever fails over'
    report.warn(at, field, 'failover-without-outlier-detection', message)
  }
  for (let index = 0; index < failovers.length; index++) {
    const failover = failovers[index]
    const problem = failover && failoverProblem(failover)
    if (problem !== undefined) report.error([...at, 'failover'], index, 'locality-failover-invalid', problem)
  }
}

function failoverProblem({ from, to }: LocalityLoadBalancerSettingFailover): string | undefined {
  if (from === to) return `from and to are both ${quote(from)}`
  if (from.includes('/') || to.includes('/')) return 'from and to must be regions, without zones'
  return from.includes('*') || to.includes('*') ? 'from and to must be regions, without *' : undefined
}

const ANY = '*'

/**
 * Localities that must not overlap: `REGION[/ZONE[/SUBZONE]]`, where the last part may end with `*`. As in the
 * reference, a wildcard overlaps only what comes after it. For the keys of a mapping, whose order the reference leaves
 * open, the text order is used.
 */
class LocalitySet {
  /** Region, zone, subzones. `*` covers everything below. */
  readonly #regions = new Map<string, Map<string, Set<string>>>()

  /** @returns why the locality cannot be added; undefined when it was */
  add(locality: string): string | undefined {
    const star = locality.indexOf(ANY)
    if (star >= 0 && star < locality.length - 1) return `${quote(locality)} may have * at the end only`
    const [region = '', zone, ...rest] = locality.split('/')
    const subzone = rest.length > 0 ? rest.join('/') : undefined
    if (region === '' || zone === '' || subzone === '') return `${quote(locality)} has an empty part`
    return this.#insert(region, zone, subzone) ? undefined : `${quote(locality)} overlaps an earlier one`
  }

  #insert(region: string, zone: string | undefined, subzone: string | undefined): boolean {
    if (this.#regions.has(ANY)) return false
    const zones = this.#regions.get(region)
    if (!zones) {
      this.#regions.set(region, new Map([[zone ?? ANY, new Set([subzone ?? ANY])]]))
      return true
    }
    if (zone === undefined || zones.has(ANY)) return false
    const subzones = zones.get(zone)
    if (!subzones) {
      zones.set(zone, new Set([subzone ?? ANY]))
      return true
    }
    if (subzone === undefined || subzones.has(ANY) || subzones.has(subzone)) return false
    subzones.add(subzone)
    return true
  }
}
