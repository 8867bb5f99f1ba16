/** Expands relative names as a resolver does (resolv.conf(5), with the `ndots:5` of Kubernetes). */
import type { Answer, LookupTable } from './lookup-table.ts'
import { absolute } from './name-index.ts'

const NDOTS = 5

export interface SearchStep {
  /** Has its final dot. */
  readonly name: string
  readonly answer: Answer
}

/** The names to try, in order. */
function searchNames(name: string, search: readonly string[]): readonly string[] {
  if (name.endsWith('.')) return [name]
  const expanded = search.map((domain) => absolute(`${name}.${domain.replace(/^\.+/, '')}`))
  const dots = name.split('.').length - 1
  return dots >= NDOTS ? [absolute(name), ...expanded] : [...expanded, absolute(name)]
}

/** Questions up to the first one with records in the table; forwarded ones are assumed to fail. */
export function searchSteps(name: string, type: string, search: readonly string[], table: LookupTable): SearchStep[] {
  const steps: SearchStep[] = []
  for (const candidate of searchNames(name, search)) {
    const answer = table.lookup(candidate, type)
    steps.push({ name: candidate, answer })
    if (answer.kind === 'answer' && answer.records.length > 0) break
  }
  return steps
}
