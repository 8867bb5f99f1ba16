/** Completion in the protocol of the library cobra, which kubectl uses with its plugins. */
import type { CompletedCommand, CompletedOption, CompletionModel, InputNames } from './model.ts'
import { INPUT_FLAGS, INPUT_SWITCHES } from './model.ts'

/** What the shell does besides offering the words: complete file names, or nothing. */
const DIRECTIVES = { files: 0, nothing: 4 } as const

/** Lists names of one kind in the input. `input` has the options of the command line that say what the input is. */
export type NamesOf = (kind: InputNames, input: readonly string[]) => Promise<readonly string[]>

/** Those of the words that say what the input is: options, with their values. */
function inputOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const [flag = ''] = word.split('=', 1)
    if (INPUT_SWITCHES.includes(word)) return [word]
    if (!INPUT_FLAGS.includes(flag)) return []
    if (flag !== word) return [word]
    const value = words[index + 1]
    return value === undefined ? [] : [word, value]
  })
}

const withText = (words: readonly string[], text: string): readonly string[] =>
  text === '' ? words : words.map((word) => `${word}\t${text}`)

async function valuesOf(option: CompletedOption, words: readonly string[], namesOf: NamesOf) {
  if (option.names) return { lines: await namesOf(option.names, inputOf(words)), directive: DIRECTIVES.nothing }
  return { lines: option.values, directive: option.files ? DIRECTIVES.files : DIRECTIVES.nothing }
}

const optionNamed = (options: readonly CompletedOption[], flag: string): CompletedOption | undefined =>
  options.find(({ flags, takesValue }) => takesValue && flags.includes(flag))

function commandLines(commands: readonly CompletedCommand[]): readonly string[] {
  return commands.flatMap(({ names: [name = ''], summary }) => withText([name], summary))
}

/**
 * Completes a command line.
 * @param words the words after the program's name; the last one is completed, and may be empty
 * @returns candidates, some with a tab and a description, and the directive of cobra in the last line
 */
export async function completeWords(
  model: CompletionModel,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<readonly string[]> {
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = model.commands.find(({ names }) => before.some((word) => names.includes(word)))
  const options = command?.options ?? model.options
  const [flag = '', ...value] = current.split('=')
  const assigned = value.length > 0 ? optionNamed(options, flag) : undefined
  const awaiting = assigned ?? optionNamed(options, before.at(-1) ?? '')
  const print = (lines: readonly string[], directive: number): readonly string[] => [
    ...lines.filter((line) => line.startsWith(current)),
    `:${directive}`,
  ]
  if (awaiting) {
    const { lines, directive } = await valuesOf(awaiting, before, namesOf)
    return print(assigned ? lines.map((line) => `${flag}=${line}`) : lines, directive)
  }
  if (current.startsWith('-')) {
    return print(
      options.flatMap(({ flags, description }) => withText(flags, description)),
      DIRECTIVES.nothing,
    )
  }
  if (!command) return print(commandLines(model.commands), DIRECTIVES.nothing)
  return print(command.operands, command.operands.length > 0 ? DIRECTIVES.nothing : DIRECTIVES.files)
}
