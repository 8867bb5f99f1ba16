/** istiod's admission check of Telemetries (pkg/config/validation/validation.go ValidateTelemetry). */
import type { AccessLogging, CustomTag, Metrics, ProviderRef, Telemetry, Tracing } from '../messages/telemetry.ts'
import type { Resource } from '../resource.ts'
import type { Path, Report } from './report.ts'
import { celProblem } from './values/cel/index.ts'
import { checkPercent } from './values/numbers.ts'
import { checkTargets } from './values/targets.ts'

function checkProviders(report: Report, parent: Path, providers: readonly ProviderRef[]): void {
  providers.forEach(({ name }, index) => {
    if (name !== '') return
    report.error([...parent, 'providers', index], 'name', 'provider-name-required', 'a provider needs a name')
  })
}

function checkAccessLogging(report: Report, at: Path, { filter, providers }: AccessLogging): void {
  const problem = filter && celProblem(filter.expression)
  if (problem !== undefined) {
    const hint = 'write a condition such as response.code >= 400, or leave out the filter'
    report.error([...at, 'filter'], 'expression', 'expression-invalid', `not an expression in CEL: ${problem}`, hint)
  }
  checkProviders(report, at, providers)
}

/** The member of a custom tag that must not be empty. */
function emptyPart({ literal, header, environment }: CustomTag): readonly [string, string] | undefined {
  if (literal?.value === '') return ['literal', 'value']
  if (header?.name === '') return ['header', 'name']
  return environment?.name === '' ? ['environment', 'name'] : undefined
}

function checkCustomTags(report: Report, parent: Path, tags: ReadonlyMap<string, CustomTag>): void {
  for (const [name, tag] of tags) {
    const at = [...parent, 'customTags']
    if (name === '') report.error(at, name, 'custom-tag-invalid', 'a tag needs a name')
    const empty = emptyPart(tag)
    if (!empty) continue
    const [source, field] = empty
    report.error(
      [...at, name, source],
      field,
      'custom-tag-invalid',
      `the ${field} of a ${source} tag must not be empty`,
    )
  }
}

function checkTracing(report: Report, at: Path, tracing: Tracing): void {
  const { providers, randomSamplingPercentage = 0, customTags } = tracing
  if (providers.length > 1) {
    report.warn(at, 'providers', 'tracing-several', 'only the first provider traces')
  }
  checkProviders(report, at, providers)
  checkPercent(report, at, 'randomSamplingPercentage', randomSamplingPercentage)
  if (customTags) checkCustomTags(report, at, customTags)
}

function checkTagOverrides(report: Report, at: Path, overrides: Metrics['overrides'][number]['tagOverrides']): void {
  for (const [name, { operation, value }] of overrides) {
    if (name === '') report.warn(at, name, 'tag-name-empty', 'a tag without a name')
    const fail = (message: string) => report.error([...at, name], 'value', 'tag-override-invalid', message)
    if (operation === 'UPSERT' && value === '') fail('UPSERT, which is the default, needs a value')
    if (operation === 'REMOVE' && value !== '') fail('REMOVE takes no value')
  }
}

function checkMetrics(report: Report, at: Path, { providers, overrides }: Metrics): void {
  checkProviders(report, at, providers)
  overrides.forEach(({ match, tagOverrides }, index) => {
    const here = [...at, 'overrides', index]
    checkTagOverrides(report, [...here, 'tagOverrides'], tagOverrides)
    if (match?.customMetric !== '') return
    report.error([...here, 'match'], 'customMetric', 'metric-name-required', 'a custom metric needs a name')
  })
}

/** Transcribes the reference's ValidateTelemetry. */
export function validateTelemetry({ spec }: Resource<Telemetry>, report: Report): void {
  checkTargets(report, spec)
  spec.metrics.forEach((metrics, index) => {
    checkMetrics(report, ['spec', 'metrics', index], metrics)
  })
  if (spec.tracing.length > 1) {
    report.warn(['spec'], 'tracing', 'tracing-several', 'several tracing entries: later ones override earlier ones')
  }
  spec.tracing.forEach((tracing, index) => {
    checkTracing(report, ['spec', 'tracing', index], tracing)
  })
  spec.accessLogging.forEach((logging, index) => {
    checkAccessLogging(report, ['spec', 'accessLogging', index], logging)
  })
}
