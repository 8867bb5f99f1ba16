import type { Command, Option } from 'commander'
import { wrap } from '../../formats/wrap.ts'
import { helpWidth, indented, joined, section, termLines } from '../help/layout.ts'
import { asCalled, optionTerm } from '../help/text.ts'
import { definedCommands } from '../lazy-command.ts'
import type { Outcome, OutputOptions, Session } from '../session.ts'
import { SHARED_GROUPS, sharedGroupOf } from '../shared-options.ts'

const INTRODUCTION =
  'Most commands take the options below. The help of a command ("vipctl COMMAND --help") names those that it takes.'

/** Each shared option once, whichever commands have it. */
function sharedOptions(program: Command): readonly Option[] {
  const found = new Map<string, Option>()
  for (const item of definedCommands(program).flatMap(({ options: own }) => own)) {
    if (sharedGroupOf(item) !== undefined && !found.has(item.flags)) found.set(item.flags, item)
  }
  return [...found.values()]
}

/** `vipctl options` */
export async function options(_: readonly string[], __: OutputOptions, { io, program }: Session): Promise<Outcome> {
  const width = helpWidth(io.stdout.columns)
  const all = sharedOptions(program)
  const sections = SHARED_GROUPS.map((group) => {
    const about = group.about === undefined ? [] : indented(wrap(group.about, width - 2))
    const terms = all.filter((item) => sharedGroupOf(item) === group).map(optionTerm)
    return section(`${group.title}:`, [...about, ...termLines(terms, width)])
  })
  return { output: [joined([wrap(asCalled(INTRODUCTION, program), width), ...sections])] }
}
