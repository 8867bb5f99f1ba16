import type { ProxyConfigSpec } from '../messages/proxy-config.ts'
import type { Resource } from '../resource.ts'
import type { Report } from './report.ts'
import { checkNotNegative } from './values/numbers.ts'
import { checkTargets } from './values/targets.ts'

/** Transcribes the reference's ValidateProxyConfig. */
export function validateProxyConfig({ spec }: Resource<ProxyConfigSpec>, report: Report): void {
  checkTargets(report, { selector: spec.selector, targetRefs: [] })
  checkNotNegative(report, ['spec'], 'concurrency', spec.concurrency ?? 0)
}
