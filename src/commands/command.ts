/** How commands are defined: everything that `--help` needs, with the code loaded only when they run. */
import { Argument, type Command, Option } from 'commander'
import { COLOR_MODES } from '../formats/color.ts'
import { type Example, setExamples } from './help/text.ts'
import { LazyCommand } from './lazy-command.ts'
import type { Outcome, OutputOptions, Session } from './session.ts'
import { OUTPUT, type SharedGroup, share } from './shared-options.ts'
import { checkPath, choice } from './values.ts'

/** Runs a command. `operands` are its arguments, `options` its flags by their long names. */
export type CommandRun<O extends OutputOptions> = (
  operands: readonly string[],
  options: O,
  session: Session,
) => Promise<Outcome>

/** Passes the selected command to the code that runs it. */
export type Dispatch = <O extends OutputOptions>(
  load: () => Promise<CommandRun<O>>,
  operands: readonly string[],
  options: O,
) => Promise<void>

export interface CommandDefinition<O extends OutputOptions> {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly description: string
  /** Arguments as commander writes them: `<name>`, `[glob...]`. */
  readonly operands?: readonly (readonly [argument: string, description: string])[]
  readonly options: () => readonly Option[]
  /** Command lines, each with a description. */
  readonly examples: readonly Example[]
  readonly load: () => Promise<CommandRun<O>>
}

/** How the value of an option is completed in a shell. */
export interface Completion {
  readonly values?: readonly string[]
  readonly files?: boolean
  readonly names?: CompletedNames
}

/** Names that a shell completes: IDs of rules, or what the input on the command line has. */
export type CompletedNames = 'rules' | 'namespaces' | 'proxies'

const completions = new WeakMap<Option, Completion>()

export const completionOf = (item: Option): Completion => completions.get(item) ?? {}

/** An option whose value is one of several words. */
export function choiceOption(item: Option, values: readonly string[]): Option {
  completions.set(item, { values })
  return item.argParser(choice(values))
}

/** An option whose value is a path. An empty one, from a variable that is not set, would mean the working directory. */
export function pathOption(item: Option): Option {
  completions.set(item, { files: true })
  const { parseArg } = item
  return item.argParser((text, before) => {
    checkPath(text)
    return parseArg ? parseArg(text, before) : text
  })
}

/** Operands that are paths, by their names. */
const PATH_OPERAND = /^.(?:path|file)\b/

/** An option whose value is a name of a certain sort. */
export function nameOption(item: Option, names: CompletedNames): Option {
  completions.set(item, { names })
  return item
}

const OUTPUT_GROUP = 'Output options:'

/** @param group a heading in the command's help, or the group of an option that most commands share */
export function option(flags: string, description: string, group: string | SharedGroup): Option {
  const item = new Option(flags, description)
  return typeof group === 'string' ? item.helpGroup(group) : share(item, group)
}

/** Options of every command, and of the program itself. */
export function commonOptions(): Option[] {
  return [
    choiceOption(option('--color <when>', 'colour: auto (default), always or never', OUTPUT), COLOR_MODES),
    option('-q, --quiet', 'no warnings and notes', OUTPUT),
    option('--verbose', "every warning, including istiod's", OUTPUT),
  ]
}

/** `-o, --output FORMAT`; the first format is the default. */
export function outputOption(formats: readonly string[]): Option {
  const [first, ...others] = formats
  const description = `format: ${first} (default), ${others.join(', ')}`
  return choiceOption(option('-o, --output <format>', description, OUTPUT_GROUP), formats)
}

/** A command's own form of a common option replaces it. */
function withCommonOptions(own: readonly Option[]): readonly Option[] {
  const flags = new Set(own.map(({ long }) => long))
  return [...own, ...commonOptions().filter(({ long }) => !flags.has(long))]
}

/** Creates a commander command from a definition. */
export function defineCommand<O extends OutputOptions>(definition: CommandDefinition<O>, dispatch: Dispatch): Command {
  const command: Command = new LazyCommand(definition.name, (lazy) => {
    for (const [argument, description] of definition.operands ?? []) {
      const made = new Argument(argument, description)
      lazy.addArgument(PATH_OPERAND.test(argument) ? made.argParser(checkPath) : made)
    }
    for (const item of withCommonOptions(definition.options())) lazy.addOption(item)
  })
    .summary(definition.summary)
    .description(definition.description)
    .helpOption('-h, --help', 'print this help')
  command.aliases(definition.aliases ?? [])
  setExamples(command, definition.examples)
  return command.action(() => dispatch<O>(definition.load, command.args, command.optsWithGlobals<O>()))
}
