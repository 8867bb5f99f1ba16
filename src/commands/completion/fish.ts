import { type CompletedOption, type CompletionModel, INPUT_FLAGS, INPUT_SWITCHES, PROXIES_COMMAND } from './model.ts'

const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`

/** Names from the input of the command line. */
const NAMES_FUNCTION = `function __vipctl_names
  set -l words (commandline -opc)
  set -l input
  for i in (seq (count $words))
    switch $words[$i]
      case ${INPUT_FLAGS.join(' ')}
        set -a input $words[$i] $words[(math $i + 1)]
      case ${INPUT_SWITCHES.join(' ')}
        set -a input $words[$i]
    end
  end
  set -l names (${PROXIES_COMMAND} $input </dev/null 2>/dev/null)
  if test $argv[1] = namespaces
    string replace -r '.*\\.' '' -- $names | sort -u
  else
    string join \\n -- $names
  end
end`

function optionLine(program: string, condition: string, option: CompletedOption): string {
  const flags = option.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const words = option.names ? `(__vipctl_names ${option.names})` : option.values.join(' ')
  const values = words === '' ? '' : ` -a ${quote(words)}`
  const value = !option.takesValue ? '' : option.files ? ' -r -F' : ` -x${values}`
  return `complete -c ${program} -n ${quote(condition)} ${flags.join(' ')}${value} -d ${quote(option.description)}`
}

export function fishScript({ program, options, commands }: CompletionModel): string {
  const lines = [`# fish completion for ${program}`, NAMES_FUNCTION, `complete -c ${program} -f`]
  for (const option of options) lines.push(optionLine(program, '__fish_use_subcommand', option))
  for (const { names, summary, options: own, operands } of commands) {
    for (const name of names) {
      lines.push(`complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`)
    }
    const seen = `__fish_seen_subcommand_from ${names.join(' ')}`
    for (const option of own) lines.push(optionLine(program, seen, option))
    if (operands.length > 0) lines.push(`complete -c ${program} -n ${quote(seen)} -a ${quote(operands.join(' '))}`)
  }
  return `${lines.join('\n')}\n`
}
