/** The selector and the targets of a policy (validateOneOfSelectorType, validatePolicyTargetReferences). */
import { GATEWAY_GROUP, ISTIO_GROUP } from '../../messages/gateway-api/references.ts'
import { effectiveTargets, type PolicyTargetReference, type PolicyTargets } from '../../messages/selector.ts'
import { type Path, quote, type Report } from '../report.ts'
import { checkSelector, warnEmptySelector } from './labels.ts'

const SPEC: Path = ['spec']
const HINT = 'a target is a Service, a ServiceEntry, or a Gateway or GatewayClass of the Gateway API'

function isTargetKind({ group, kind }: PolicyTargetReference): boolean {
  if (kind === 'Service') return group === '' || group === 'core'
  if (kind === 'ServiceEntry') return group === ISTIO_GROUP
  return group === GATEWAY_GROUP && (kind === 'Gateway' || kind === 'GatewayClass')
}

function checkReference(report: Report, parent: Path, step: string | number, target: PolicyTargetReference): void {
  const { group, kind, name, namespace } = target
  const path = [...parent, step]
  if (name === '') report.error(path, 'name', 'target-invalid', 'the target has no name')
  if (namespace !== '') {
    report.error(path, 'namespace', 'target-invalid', 'a target is in the namespace of the policy, and names none')
  }
  if (isTargetKind(target)) return
  const named = group === '' ? kind : `${kind}.${group}`
  report.error(path, 'kind', 'target-invalid', `${quote(named)} is not a kind that a policy can target`, HINT)
}

/** Checks `selector`, `targetRef` and `targetRefs` of a policy, of which only one may be there. */
export function checkTargets(report: Report, spec: PolicyTargets): void {
  const { selector, targetRef, targetRefs } = spec
  if (selector) {
    checkSelector(report, SPEC, 'selector', 'matchLabels', selector.matchLabels)
    warnEmptySelector(report, SPEC, 'selector', selector.matchLabels)
  }
  const stated = [selector && 'selector', targetRef && 'targetRef', targetRefs.length > 0 && 'targetRefs']
  const several = stated.filter((field) => typeof field === 'string')
  if (several.length > 1) {
    const message = `only one of ${several.join(' and ')} may be set`
    report.error(SPEC, several[1] ?? '', 'targets-conflict', message)
  }
  const targets = effectiveTargets(spec)
  for (const [index, target] of targets.entries()) {
    if (targetRefs.length > 0) checkReference(report, ['spec', 'targetRefs'], index, target)
    else checkReference(report, SPEC, 'targetRef', target)
  }
}
