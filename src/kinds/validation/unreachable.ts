/** Rules and matches that earlier ones make unreachable (analyzeUnreachable... of the reference). */

import { compareBytes } from '../../common/bytes.ts'
import { isMap } from '../../common/collections.ts'
import type { HTTPMatchRequest, HTTPRoute, StringMatch } from '../messages/virtual-service.ts'
import { type Path, quote, type Report } from './report.ts'

interface RouteWithMatches {
  readonly match: readonly object[]
}

/**
 * Warns about rules after one that matches everything, and about duplicate matches.
 * @param at the path of the list of routes
 * @returns for each route, the indexes of its matches that can be reached
 */
export function warnUnreachable(report: Report, at: Path, routes: readonly RouteWithMatches[]): readonly number[][] {
  const coversMatches = report.settings.has('rules-after-catch-all')
  const reachable: number[][] = []
  const seen = new Map<string, number>()
  let catchAll = -1
  for (let index = 0; index < routes.length; index++) {
    const matches = routes[index]?.match ?? []
    const fresh: number[] = []
    reachable.push(fresh)
    const isCovered = catchAll >= 0 && (matches.length === 0 || coversMatches)
    if (isCovered) {
      const message = `the rule is never reached: rule ${catchAll + 1} has no match, so it takes everything`
      report.warn(at, index, 'rule-unreachable', message)
    }
    if (matches.length === 0) catchAll = index
    if (matches.length === 0 || isCovered) continue
    for (let position = 0; position < matches.length; position++) {
      const key = fingerprint(matches[position])
      const earlier = seen.get(key)
      if (earlier === undefined) {
        seen.set(key, index)
        fresh.push(position)
        continue
      }
      const message = `the match has no effect: rule ${earlier + 1} has the same one`
      report.warn([...at, index, 'match'], position, 'match-ineffective', message)
    }
    if (fresh.length === 0) {
      report.warn(at, index, 'rule-unreachable', 'the rule is never reached: earlier ones have all of its matches')
    }
  }
  return reachable
}

/** A key that is equal for equivalent matches: without the name, and with sorted map keys. */
function fingerprint(match: unknown): string {
  return JSON.stringify(match, (key, value: unknown) => {
    if (key === 'name') return undefined
    return isMap(value) ? sortedEntries(value as ReadonlyMap<string, unknown>) : value
  })
}

function sortedEntries<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => compareBytes(a, b))
}

/** A match by path prefix in the form that the reference compares. */
interface PrefixMatch {
  readonly prefix: string
  /** What must be equal: the port, and the names of headers and query parameters. */
  readonly shape: string
  /** The method, the authority and the values behind the names; the earlier match must cover each. */
  readonly values: readonly string[]
}

function literal(match: StringMatch | undefined): string {
  if (match?.exact) return `exact:${match.exact}`
  return match?.prefix ? `prefix:${match.prefix}` : ''
}

function prefixMatch(match: HTTPMatchRequest): PrefixMatch | undefined {
  if (!match.uri?.prefix) return undefined
  const maps = [match.headers, match.queryParams, match.withoutHeaders].map(sortedEntries)
  return {
    prefix: match.uri.prefix,
    shape: JSON.stringify([match.port, ...maps.map((entries) => entries.map(([name]) => name))]),
    values: [
      // The default method is GET.
      literal(match.method) || 'exact:GET',
      literal(match.authority),
      ...maps.flatMap((entries) => entries.map(([, value]) => literal(value))),
    ],
  }
}

/** Whether the earlier match covers the later one, as the reference decides: its values begin with the later one's. */
function covers(earlier: readonly string[], later: readonly string[]): boolean {
  return earlier.every((value, index) => value.startsWith(later[index] ?? ''))
}

interface EarlierMatch {
  readonly rule: number
  readonly prefix: string
  readonly values: readonly string[]
}

/** Earlier matches by shape and prefix, so that a match is compared only with those that are a prefix of its path. */
class PrefixIndex {
  readonly #matches = new Map<string, Map<string, EarlierMatch>>()
  readonly #lengths = new Set<number>()

  add(rule: number, { prefix, shape, values }: PrefixMatch): void {
    const key = shape + prefix
    const equal = this.#matches.get(key) ?? new Map<string, EarlierMatch>()
    const signature = JSON.stringify(values)
    if (!equal.has(signature)) equal.set(signature, { rule, prefix, values })
    this.#matches.set(key, equal)
    this.#lengths.add(prefix.length)
  }

  /** An earlier match with a shorter prefix that covers this one. */
  covering({ prefix, shape, values }: PrefixMatch): EarlierMatch | undefined {
    for (const length of this.#lengths) {
      if (length >= prefix.length) continue
      for (const earlier of this.#matches.get(shape + prefix.slice(0, length))?.values() ?? []) {
        if (covers(earlier.values, values)) return earlier
      }
    }
    return undefined
  }
}

/** Warns about matches by path prefix that an earlier match with a shorter prefix covers. */
export function warnCovered(
  report: Report,
  at: Path,
  routes: readonly HTTPRoute[],
  reachable: readonly (readonly number[])[],
): void {
  const index = new PrefixIndex()
  for (let rule = 0; rule < routes.length; rule++) {
    for (const position of reachable[rule] ?? []) {
      const match = routes[rule]?.match[position]
      const prefix = match && prefixMatch(match)
      if (!prefix) continue
      const earlier = index.covering(prefix)
      if (earlier) {
        const shorter = quote(earlier.prefix)
        const message = `the match of ${quote(prefix.prefix)} has no effect: rule ${earlier.rule + 1} takes ${shorter}`
        report.warn([...at, rule, 'match'], position, 'match-ineffective', message)
      }
      index.add(rule, prefix)
    }
  }
}
