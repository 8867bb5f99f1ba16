/** The text of `--help`: examples first, the command's own options, then the names of those that most commands share. */
import type { Command, Option } from 'commander'
import { groupBy } from '../../common/collections.ts'
import { wrap } from '../../formats/wrap.ts'
import { SHARED_GROUPS, sharedGroupOf } from '../shared-options.ts'
import { commandLines, helpWidth, indented, joined, type Section, section, type Term, termLines } from './layout.ts'

/** A command line, and what it shows. */
export type Example = readonly [commandLine: string, shows: string]

const CLOSING =
  '"vipctl COMMAND --help" describes a command and its options. "vipctl options" describes the options that most ' +
  'commands share.'

const examples = new WeakMap<Command, readonly Example[]>()

/** Sets the examples of a command's help. */
export function setExamples(command: Command, list: readonly Example[]): void {
  examples.set(command, list)
}

const programOf = (command: Command): Command => command.parent ?? command

/** A text with the words by which the user calls vipctl, which differ for the plugin of kubectl. */
export const asCalled = (text: string, command: Command): string =>
  text.replace(/(?<![\w./-])vipctl(?= )/g, programOf(command).name())

export const examplesOf = (command: Command): readonly Example[] => examples.get(command) ?? []

function exampleLines(command: Command, width: number): string[] {
  return examplesOf(command).flatMap(([line, shows]) => [
    ...indented(wrap(asCalled(shows, command), width - 4).map((text) => `# ${text}`)),
    ...commandLines(asCalled(line, command), width),
  ])
}

export const optionTerm = ({ flags, description }: Option): Term => [flags, description]

/** Options under their headings, in the order of their first options. */
function optionSections(options: readonly Option[], width: number): Section[] {
  const groups = groupBy(options, ({ helpGroupHeading }) => helpGroupHeading ?? 'Options:')
  return [...groups].map(([heading, group]) => section(heading, termLines(group.map(optionTerm), width)))
}

/** The names of a command's shared options. */
function sharedSection(command: Command, options: readonly Option[], width: number): Section {
  const terms = SHARED_GROUPS.flatMap((group): Term[] => {
    const flags = options.filter((item) => sharedGroupOf(item) === group).map(({ short, long }) => short ?? long ?? '')
    return flags.length === 0 ? [] : [[group.name, flags.join(', ')]]
  })
  if (terms.length === 0) return []
  const title = `Options of most commands ("${programOf(command).name()} options" describes them):`
  return section(title, termLines(terms, width))
}

const allNames = (command: Command): readonly string[] => [command.name(), ...command.aliases()]

function usageOf(command: Command): string {
  const { parent } = command
  const names = parent ? [parent.name(), allNames(command).join('|')] : [command.name()]
  return ['Usage:', ...names, command.usage()].join(' ')
}

/**
 * The help of the program, or of a command.
 * @param columns of the terminal; undefined without one
 */
export function helpText(command: Command, columns: number | undefined): string {
  const width = helpWidth(columns)
  const isProgram = command.parent === null
  // The help option is not among `options`; only the help of the program describes it.
  const options = isProgram ? command.createHelp().visibleOptions(command) : command.options
  const own = options.filter((item) => sharedGroupOf(item) === undefined)
  const commands = command.commands.map((sub): Term => [allNames(sub).join(', '), sub.summary()])
  const operands = command.registeredArguments.map((argument): Term => [argument.name(), argument.description])
  return joined([
    wrap(usageOf(command), width),
    wrap(command.description(), width),
    section('Examples:', exampleLines(command, width)),
    section('Commands:', termLines(commands, width)),
    section('Arguments:', termLines(operands, width)),
    ...optionSections(own, width),
    isProgram ? wrap(asCalled(CLOSING, command), width) : sharedSection(command, options, width),
  ])
}
