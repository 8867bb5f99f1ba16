/** EnvoyFilters and what their patches do, as text. */
import type { FilterReport, PatchChange, PatchReport } from '../../findings/patches/report.ts'
import { type Line, type Style, styled } from '../../formats/spans.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { JsonValue } from '../../sources/document.ts'
import { yamlText } from '../../sources/yaml/text.ts'
import { nothingText, type PatchesAnswer } from './message.ts'

/** The lines of a difference, each with its mark: ' ', '+' or '-'. */
export type Differ = (before: string, after: string) => readonly string[]

interface Layout {
  readonly differ: Differ
  readonly width: number | undefined
}

const CONTEXT = 2
const MILLISECONDS = 2_000
const MOST_PROXIES = 3

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** Loads the library that compares lines. */
export async function lineDiffer(): Promise<Differ> {
  const { structuredPatch } = await import('diff')
  return (before, after) => {
    const options = { context: CONTEXT, timeout: MILLISECONDS }
    const patch = structuredPatch('', '', before, after, undefined, undefined, options)
    if (!patch) return [...linesOf(before).map((line) => `-${line}`), ...linesOf(after).map((line) => `+${line}`)]
    return patch.hunks.flatMap(({ lines }, index) => (index === 0 ? lines : ['...', ...lines]))
  }
}

const textOf = (value: JsonValue | undefined): string => (value === undefined ? '' : yamlText(value))

const STYLES: ReadonlyMap<string, Style> = new Map([
  ['+', 'good'],
  ['-', 'error'],
])

function proxiesText(proxies: readonly string[]): string {
  const more = proxies.length - MOST_PROXIES
  return `${proxies.slice(0, MOST_PROXIES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function* changeLines(change: PatchChange, { differ, width }: Layout): Iterable<Line> {
  const { kind, resource, part, proxies, before, after, failure } = change
  const name = styled('name', [`${kind} ${resource}`, ...part].join(', '))
  yield* wrapLine(['    ', name, styled('dim', ` (${proxiesText(proxies)})`)], width, ' '.repeat(8))
  if (failure !== undefined) {
    const text = `istiod panics: ${failure}; what comes after it is not applied`
    yield* wrapLine(['      ', styled('error', text)], width, ' '.repeat(8))
    return
  }
  const lines = differ(textOf(before), textOf(after)).filter((line) => !line.startsWith('\\'))
  if (lines.length === 0) yield ['      ', styled('dim', 'matched, but nothing changes')]
  for (const line of lines) {
    const style = STYLES.get(line.charAt(0))
    yield ['      ', style ? styled(style, line) : line]
  }
}

function* patchLines({ written, index, changes, nothing }: PatchReport, layout: Layout): Iterable<Line> {
  const { applyTo, patch, match } = written
  const context = match?.context === undefined || match.context === 'ANY' ? '' : ` in ${match.context}`
  const head = `  patch ${index + 1}: ${patch?.operation ?? 'INVALID'} of ${applyTo}${context}`
  if (nothing) {
    yield* wrapLine([head, ': ', styled('warning', nothingText(nothing))], layout.width, '    ')
    return
  }
  yield [head]
  for (const change of changes) yield* changeLines(change, layout)
}

function* filterLines({ filter, proxies, patches }: FilterReport, layout: Layout): Iterable<Line> {
  const { meta, spec, location } = filter
  const priority = spec.priority === 0 ? '' : `, priority ${spec.priority}`
  const place = styled('dim', ` (${fileAndLine(location)}${priority})`)
  yield* wrapLine([styled('heading', `EnvoyFilter ${meta.namespace}/${meta.name}`), place], layout.width, '  ')
  if (proxies.length > 0) {
    yield* wrapLine([styled('dim', `  applies to ${proxiesText(proxies)}`)], layout.width, '    ')
  }
  for (const patch of patches) yield* patchLines(patch, layout)
  if (patches.length === 0) yield ['  ', styled('warning', 'it has no patches')]
}

/**
 * One block per EnvoyFilter, in order of name. Lines of differences are not wrapped.
 * @param layout the width of the terminal, undefined without one, and how values are compared
 */
export function* patchesLines({ filters }: PatchesAnswer, layout: Layout): Iterable<Line> {
  if (filters.length === 0) yield ['no EnvoyFilters']
  for (const [index, filter] of filters.entries()) {
    if (index > 0) yield []
    yield* filterLines(filter, layout)
  }
}
