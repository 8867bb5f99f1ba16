/** What can be completed, derived from the command definitions. */
import type { Command, Option } from 'commander'
import { GRAPHS } from '../../answers/graph/formats.ts'
import { SUBCOMMANDS } from '../../answers/proxy-config/subcommands.ts'
import { type CompletedNames, completionOf } from '../command.ts'
import { definedCommands } from '../lazy-command.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export interface CompletedOption {
  /** `-o`, `--output` */
  readonly flags: readonly string[]
  readonly description: string
  readonly takesValue: boolean
  readonly repeatable: boolean
  /** The words that its value may be. */
  readonly values: readonly string[]
  /** Its value is a path. */
  readonly files: boolean
  /** Its value is a name in the input of the command line. */
  readonly names: InputNames | undefined
}

export type InputNames = Exclude<CompletedNames, 'rules'>

/** Prints names, one per line: what the scripts run, with the options of the command line that name its input. */
export const PROXIES_COMMAND = 'vipctl proxies -q -o name --request-timeout 5s'
/** Options that name the input and take a value, and those that take none. */
export const INPUT_FLAGS = ['-f', '--filename', '--base', '-c', '--kubeconfig', '--context']
export const INPUT_SWITCHES = ['-R', '--recursive', '-k', '--use-kube']

export interface CompletedCommand {
  /** The name and its aliases. */
  readonly names: readonly string[]
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** Words that its arguments may be. */
  readonly operands: readonly string[]
}

export interface CompletionModel {
  readonly program: string
  readonly options: readonly CompletedOption[]
  readonly commands: readonly CompletedCommand[]
}

const HELP: CompletedOption = {
  flags: ['-h', '--help'],
  description: 'print this help',
  takesValue: false,
  repeatable: false,
  values: [],
  files: false,
  names: undefined,
}

function optionOf(option: Option, rules: readonly string[]): CompletedOption {
  const { values = [], files = false, names } = completionOf(option)
  return {
    flags: [option.short, option.long].filter((flag) => flag != null),
    description: option.description,
    takesValue: option.required || option.optional,
    repeatable: option.description.includes('repeatable'),
    values: names === 'rules' ? rules : values,
    files,
    names: names === 'rules' ? undefined : names,
  }
}

function operandsOf(command: Command, names: readonly string[]): readonly string[] {
  if (command.name() === 'completion') return SHELLS
  if (command.name() === 'proxy-config') return SUBCOMMANDS
  if (command.name() === 'graph') return GRAPHS
  return command.name() === 'help' ? names : []
}

/** @param rules the IDs of lint's rules */
export function completionModel(program: Command, rules: readonly string[]): CompletionModel {
  const optionsOf = (command: Command): CompletedOption[] => [
    ...command.options.map((option) => optionOf(option, rules)),
    HELP,
  ]
  const names = program.commands.map((command) => command.name())
  const commands = definedCommands(program).map((command) => ({
    names: [command.name(), ...command.aliases()],
    summary: command.summary(),
    options: optionsOf(command),
    operands: operandsOf(command, names),
  }))
  return { program: 'vipctl', options: optionsOf(program), commands }
}
