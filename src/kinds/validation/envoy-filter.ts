import type { EnvoyConfigObjectPatch, EnvoyFilter } from '../messages/envoy-filter.ts'
import { patchedType, patchValueOf } from '../patch-value.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { DEPRECATED_FILTERS } from './values/deprecated-filters.ts'
import { checkSelector, warnEmptySelector } from './values/labels.ts'
import { regexProblem } from './values/re2.ts'
import { withoutTypedConfig } from './values/typed-config.ts'

const SPEC: Path = ['spec']
const PATCHES: Path = ['spec', 'configPatches']

const CONNECTION_MANAGERS = ['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager']

/** A longer expression never matches; istiod does not even compile it (pkg/config/validation/envoyfilter). */
export const LONGEST_PROXY_VERSION = 1024

/** Transcribes the reference's ValidateEnvoyFilter. */
export function validateEnvoyFilter({ spec }: Resource<EnvoyFilter>, report: Report): void {
  const { workloadSelector, configPatches } = spec
  if (workloadSelector && !checkSelector(report, SPEC, 'workloadSelector', 'labels', workloadSelector.labels)) return
  if (!areNamesKnown(configPatches, report)) return
  const message = 'it depends on details of Envoy and Istio that change without notice between releases'
  report.warn([], 'spec', 'patch-fragile', message)
  if (workloadSelector) warnEmptySelector(report, SPEC, 'workloadSelector', workloadSelector.labels)
  configPatches.forEach((patch, index) => {
    if (patch.match?.context !== 'WAYPOINT' && isComplete(report, patch, index) && checkProxy(report, patch, index)) {
      checkPatch(report, patch, index)
    }
  })
}

/** Older releases cannot read an object with a name that they do not know. */
function areNamesKnown(patches: readonly EnvoyConfigObjectPatch[], report: Report): boolean {
  const { settings } = report
  const unknown = patches.findIndex(
    ({ patch, match }) =>
      (patch?.operation === 'MERGE_AND_REPLACE_LIST' && !settings.has('merge-and-replace-list')) ||
      (match?.context === 'WAYPOINT' && !settings.has('patches-of-waypoints')),
  )
  if (unknown < 0) return true
  const { patch, match } = patches[unknown] ?? {}
  const name = match?.context === 'WAYPOINT' ? match.context : (patch?.operation ?? '')
  report.error(PATCHES, unknown, 'patch-incomplete', `this release of Istio does not know ${name}`)
  return false
}

function isComplete(report: Report, { applyTo, patch }: EnvoyConfigObjectPatch, index: number): boolean {
  const miss = (what: string) => report.error(PATCHES, index, 'patch-incomplete', `the patch has no ${what}`)
  if (applyTo === 'INVALID') miss('applyTo')
  else if (!patch) miss('patch')
  else if (patch.operation === 'INVALID') miss('operation')
  else if (patch.operation !== 'REMOVE' && patch.value === undefined) miss(`value, which ${patch.operation} needs`)
  else return true
  return false
}

function checkProxy(report: Report, { match }: EnvoyConfigObjectPatch, index: number): boolean {
  const version = match?.proxy?.proxyVersion ?? ''
  const at = [...PATCHES, index, 'match', 'proxy']
  if (version.length > LONGEST_PROXY_VERSION) {
    const message = `an expression of more than ${LONGEST_PROXY_VERSION} characters matches no proxy`
    report.warn(at, 'proxyVersion', 'patch-match-ineffective', message)
    return true
  }
  const problem = regexProblem(version)
  if (problem) report.error(at, 'proxyVersion', 'regex-invalid', `${quote(version)}: ${problem}`)
  return problem === undefined
}

/** The part of a proxy's configuration that a patch is about, and with it how to write its match. */
function objectOf({ applyTo }: EnvoyConfigObjectPatch): 'listener' | 'routeConfiguration' | 'cluster' | undefined {
  switch (applyTo) {
    case 'LISTENER':
    case 'FILTER_CHAIN':
    case 'NETWORK_FILTER':
    case 'HTTP_FILTER':
      return 'listener'
    case 'ROUTE_CONFIGURATION':
    case 'VIRTUAL_HOST':
    case 'HTTP_ROUTE':
      return 'routeConfiguration'
    case 'CLUSTER':
      return 'cluster'
    default:
      return undefined
  }
}

/** Whether the match is of the right kind; one without any object is. */
function checkObject(report: Report, patch: EnvoyConfigObjectPatch, index: number): boolean {
  const { match, applyTo } = patch
  const wanted = objectOf(patch)
  if (!match || wanted === undefined || match[wanted]) return true
  const given = (['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const).find((each) => match[each])
  if (given === undefined) return true
  const message = `a patch of ${applyTo} needs a match of ${wanted}, not of ${given}`
  report.error([...PATCHES, index, 'match'], given, 'patch-match-invalid', message)
  return false
}

/** @returns false when istiod skips the rest of the patch */
function checkFilterMatch(report: Report, { applyTo, match }: EnvoyConfigObjectPatch, index: number): boolean {
  const filter = match?.listener?.filterChain?.filter
  if (!filter) return true
  const at = [...PATCHES, index, 'match', 'listener', 'filterChain']
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN') {
    report.warn(at, 'filter', 'patch-match-ineffective', `a match of a filter has no effect on a patch of ${applyTo}`)
  }
  const problem = filterProblem(applyTo, filter)
  if (problem) {
    report.error([...at, 'filter'], problem.at, 'patch-match-invalid', problem.message)
    return false
  }
  warnDeprecated(report, [...at, 'filter'], filter.name)
  if (filter.subFilter) warnDeprecated(report, [...at, 'filter', 'subFilter'], filter.subFilter.name)
  return true
}

type FilterMatch = NonNullable<
  NonNullable<NonNullable<NonNullable<EnvoyConfigObjectPatch['match']>['listener']>['filterChain']>['filter']
>

function filterProblem(
  applyTo: EnvoyConfigObjectPatch['applyTo'],
  { name, subFilter }: FilterMatch,
): { readonly at: string; readonly message: string } | undefined {
  if (name === '') return { at: 'name', message: 'a match of a filter needs its name' }
  if (!subFilter) return undefined
  if (applyTo !== 'HTTP_FILTER') {
    return { at: 'subFilter', message: `a subFilter is an HTTP filter, and the patch is of ${applyTo}` }
  }
  if (!CONNECTION_MANAGERS.includes(name)) {
    return { at: 'name', message: `HTTP filters are in ${CONNECTION_MANAGERS[0]} only, not in ${quote(name)}` }
  }
  return subFilter.name === '' ? { at: 'subFilter', message: 'a match of a subFilter needs its name' } : undefined
}

function warnDeprecated(report: Report, at: Path, name: string): void {
  const current = DEPRECATED_FILTERS.get(name)
  if (!current) return
  const message = `${quote(name)} is an old name that no filter of istiod has, so the patch matches nothing`
  report.warn(at, 'name', 'patch-deprecated', message, `the filter is now called ${current}`)
}

function checkPatch(report: Report, patch: EnvoyConfigObjectPatch, index: number): void {
  const isListenerPatch = objectOf(patch) === 'listener'
  const isMatchValid = checkObject(report, patch, index)
  if (isListenerPatch && !(isMatchValid && checkFilterMatch(report, patch, index))) return
  const at = [...PATCHES, index, 'patch', 'value']
  const { errors, unknown, message } = patchValueOf(patch)
  const stepOf = (path: Path) => path[path.length - 1] ?? ''
  for (const { path, message, hint } of errors) {
    const whole: Path = [...at, ...path]
    report.error(whole.slice(0, -1), stepOf(whole), 'patch-value-invalid', message, hint)
  }
  if (errors.length > 0) return
  for (const { path, message, hint } of unknown) {
    report.warn([...at, ...path.slice(0, -1)], stepOf(path), 'patch-field-unknown', message, hint)
  }
  const type = patchedType(patch.applyTo)
  for (const name of message && type ? withoutTypedConfig(type, message) : []) {
    const text = `${name === '' ? 'an extension' : quote(name)} has no typedConfig, and Envoy does not find it by its name`
    report.warn(at.slice(0, -1), 'value', 'patch-deprecated', text)
  }
}
