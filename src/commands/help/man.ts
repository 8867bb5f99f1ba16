/** Help as manual pages, in the macros of man(7). */
import type { Command, Option } from 'commander'
import { groupBy } from '../../common/collections.ts'
import { definedCommands } from '../lazy-command.ts'
import { SHARED_GROUPS, sharedGroupOf } from '../shared-options.ts'
import { type Example, examplesOf, optionTerm } from './text.ts'

/** A manual page. */
export interface ManPage {
  /** Such as `vipctl-dig.1`. */
  readonly name: string
  readonly text: string
}

export interface ManSettings {
  readonly version: string
  /** YYYY-MM-DD */
  readonly date: string
}

const EXIT_STATUS = [
  ['0', 'Nothing was found that needs attention.'],
  ['1', 'The command found what it looks for, such as findings, conflicts or differences.'],
  ['2', 'The command line, the input or the cluster had an error. What could be read is still answered.'],
] as const

/** A text for roff: no character of it is markup. */
function escaped(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('`', '\\(ga')
  return plain.replace(/^(?=[.'])/gm, '\\&')
}

const bold = (text: string): string => `\\fB${escaped(text)}\\fR`
const heading = (title: string): string => `.SH "${title.toUpperCase()}"`
const subheading = (title: string): string => `.SS "${title.replace(/:$/, '')}"`

function term([name, description]: readonly [string, string]): readonly string[] {
  return ['.TP', bold(name), ...(description === '' ? [] : [escaped(description)])]
}

function examples(list: readonly Example[]): readonly string[] {
  if (list.length === 0) return []
  const each = list.flatMap(([line, shows]) => ['.PP', escaped(shows), '.PP', '.RS 4', '.nf', bold(line), '.fi', '.RE'])
  // A heading begins a paragraph itself.
  return [heading('Examples'), ...each.slice(1)]
}

function optionsOf(options: readonly Option[]): readonly string[] {
  if (options.length === 0) return []
  const own = options.filter((item) => sharedGroupOf(item) === undefined)
  const groups = groupBy(own, ({ helpGroupHeading }) => helpGroupHeading ?? '')
  return [
    heading('Options'),
    ...[...groups].flatMap(([title, group]) => [
      ...(title === '' ? [] : [subheading(title)]),
      ...group.map(optionTerm).flatMap(term),
    ]),
    ...SHARED_GROUPS.flatMap((shared) => {
      const group = options.filter((item) => sharedGroupOf(item) === shared)
      if (group.length === 0) return []
      return [
        subheading(shared.title),
        ...(shared.about === undefined ? [] : [escaped(shared.about)]),
        ...group.map(optionTerm).flatMap(term),
      ]
    }),
  ]
}

const pageName = (command: Command): string =>
  command.parent === null ? command.name() : `${command.parent.name()}-${command.name()}`

const reference = (name: string): string => `.BR ${escaped(name)} (1)`

function seeAlso(names: readonly string[]): readonly string[] {
  return [heading('See also'), ...names.map((name, index) => reference(name) + (index < names.length - 1 ? ' ,' : ''))]
}

/** @param others names of pages */
function pageOf(command: Command, summary: string, others: readonly string[], { version, date }: ManSettings): ManPage {
  const name = pageName(command)
  const called = [command.parent?.name(), command.name()].filter((word) => word !== undefined).join(' ')
  const aliases = command.aliases()
  const options = command.parent === null ? command.createHelp().visibleOptions(command) : command.options
  const lines = [
    `.TH "${name.toUpperCase()}" "1" "${date}" "vipctl ${version}" "vipctl manual"`,
    heading('Name'),
    `${escaped(name)} \\- ${escaped(summary)}`,
    heading('Synopsis'),
    `${bold(called)} ${escaped(command.usage())}`,
    heading('Description'),
    escaped(command.description()),
    ...(aliases.length === 0 ? [] : ['.PP', escaped(`Other names of the command: ${aliases.join(', ')}.`)]),
    ...examples(examplesOf(command)),
    ...(command.registeredArguments.length === 0
      ? []
      : [
          heading('Arguments'),
          ...command.registeredArguments.flatMap((argument) => term([argument.name(), argument.description])),
        ]),
    ...(command.parent === null
      ? [heading('Commands'), ...command.commands.flatMap((sub) => term([sub.name(), sub.summary()]))]
      : []),
    ...optionsOf(options),
    heading('Exit status'),
    ...EXIT_STATUS.flatMap(term),
    ...seeAlso(others),
  ]
  return { name: `${name}.1`, text: `${lines.join('\n')}\n` }
}

/**
 * The manual pages of a program: its own, and one per command.
 * @param summary of the program, as a line of `whatis`
 */
export function manPages(program: Command, summary: string, settings: ManSettings): readonly ManPage[] {
  const commands = definedCommands(program)
  const names = commands.map(pageName)
  return [
    pageOf(program, summary, names, settings),
    ...commands.map((command) => pageOf(command, command.summary(), [program.name()], settings)),
  ]
}
