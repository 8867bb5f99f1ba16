/** What can be completed, derived from the command definitions. */
import type { Command, Option } from 'commander'
import { SUBCOMMANDS } from '../../answers/proxy-config/subcommands.ts'
import { completionOf } from '../command.ts'

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
}

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
}

function optionOf(option: Option): CompletedOption {
  const { values = [], files = false } = completionOf(option)
  return {
    flags: [option.short, option.long].filter((flag) => flag != null),
    description: option.description,
    takesValue: option.required || option.optional,
    repeatable: option.description.includes('repeatable'),
    values,
    files,
  }
}

const optionsOf = (command: Command): CompletedOption[] => [...command.options.map(optionOf), HELP]

function operandsOf(command: Command, names: readonly string[]): readonly string[] {
  if (command.name() === 'completion') return SHELLS
  if (command.name() === 'proxy-config') return SUBCOMMANDS
  return command.name() === 'help' ? names : []
}

export function completionModel(program: Command): CompletionModel {
  const names = program.commands.map((command) => command.name())
  const commands = program.commands.map((command) => ({
    names: [command.name(), ...command.aliases()],
    summary: command.summary(),
    options: optionsOf(command),
    operands: operandsOf(command, names),
  }))
  return { program: program.name(), options: optionsOf(program), commands }
}
