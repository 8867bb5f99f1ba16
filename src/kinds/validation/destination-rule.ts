import type { DestinationRule } from '../messages/destination-rule.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkTrafficPolicy } from './traffic-policy.ts'
import { checkSubsetName } from './values/destination.ts'
import { wildcardDomainProblem } from './values/hosts.ts'
import { checkExportTo, checkLabels, checkSelector, warnEmptySelector } from './values/labels.ts'

const SPEC: Path = ['spec']

/** Transcribes the reference's ValidateDestinationRule. */
export function validateDestinationRule({ spec, meta }: Resource<DestinationRule>, report: Report): void {
  const problem = wildcardDomainProblem(spec.host)
  if (problem !== undefined) {
    report.error(SPEC, 'host', 'host-invalid', `${quote(spec.host)} is not a host name: ${problem}`)
  }
  checkTrafficPolicy(report, SPEC, meta.namespace, spec.trafficPolicy)
  checkSubsets({ spec, meta }, report.errorsOnly())
  const { workloadSelector } = spec
  checkExportTo(report, meta.namespace, spec.exportTo, { ownNamespaceOnly: workloadSelector !== undefined })
  if (!workloadSelector) return
  checkSelector(report, SPEC, 'workloadSelector', 'matchLabels', workloadSelector.matchLabels)
  warnEmptySelector(report, SPEC, 'workloadSelector', workloadSelector.matchLabels)
}

function checkSubsets({ spec, meta }: Pick<Resource<DestinationRule>, 'spec' | 'meta'>, report: Report): void {
  const names = new Set<string>()
  for (let index = 0; index < spec.subsets.length; index++) {
    const subset = spec.subsets[index]
    if (!subset) continue
    const at = ['spec', 'subsets', index]
    if (names.has(subset.name)) {
      report.error(at, 'name', 'subset-duplicate', `there is another subset named ${quote(subset.name)}`)
    }
    names.add(subset.name)
    checkSubsetName(report, at, 'name', subset.name)
    checkLabels(report, at, 'labels', subset.labels)
    checkTrafficPolicy(report, at, meta.namespace, subset.trafficPolicy)
  }
}
