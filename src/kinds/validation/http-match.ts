/** Matches of HTTP routes (validateHTTPRouteMatchRequest of the reference). */
import type { HTTPMatchRequest, StringMatch } from '../messages/virtual-service.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkGatewayNames } from './values/destination.ts'
import { isLabel } from './values/hosts.ts'
import { checkMatchedHeader, checkRegexMatch, checkStringMatch } from './values/http-values.ts'
import { checkLabels } from './values/labels.ts'
import { checkPort } from './values/ports.ts'

/** @param at the path of the match */
export function checkHttpMatch(report: Report, at: Path, match: HTTPMatchRequest): void {
  checkHeaderMatches(report, [...at, 'headers'], match.headers, false)
  checkHeaderMatches(report, [...at, 'withoutHeaders'], match.withoutHeaders, true)
  // Envoy accepts an empty prefix of a path, unlike of other matches.
  checkRegexMatch(report, [...at, 'uri'], match.uri)
  checkStringMatch(report, [...at, 'scheme'], match.scheme)
  checkStringMatch(report, [...at, 'method'], match.method)
  checkStringMatch(report, [...at, 'authority'], match.authority)
  for (const [name, value] of match.queryParams) checkStringMatch(report, [...at, 'queryParams', name], value)
  checkMatchSource(report.errorsOnly(), at, match)
  if (match.sourceNamespace === '' || isLabel(match.sourceNamespace)) return
  report.error(at, 'sourceNamespace', 'match-invalid', `${quote(match.sourceNamespace)} is not a namespace`)
}

/** @param absence whether the headers must be absent; the regular expression `*` then means any value */
function checkHeaderMatches(
  report: Report,
  at: Path,
  headers: ReadonlyMap<string, StringMatch>,
  absence: boolean,
): void {
  for (const [name, value] of headers) {
    checkMatchedHeader(report, at, name)
    if (!absence || value.regex !== '*') checkStringMatch(report, [...at, name], value)
  }
}

/** The part that matches of all route types share: the source and destination of the traffic. */
export function checkMatchSource(
  report: Report,
  at: Path,
  match: Pick<HTTPMatchRequest, 'port' | 'sourceLabels' | 'gateways'>,
): void {
  if (match.port !== 0) checkPort(report, at, 'port', match.port)
  checkLabels(report, at, 'sourceLabels', match.sourceLabels)
  checkGatewayNames(report, [...at, 'gateways'], match.gateways)
}
