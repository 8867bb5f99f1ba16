import type { CompletedOption, CompletionModel } from './model.ts'

const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`

function optionLine(program: string, condition: string, option: CompletedOption): string {
  const flags = option.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const values = option.values.length > 0 ? ` -a ${quote(option.values.join(' '))}` : ''
  const value = !option.takesValue ? '' : option.files ? ' -r -F' : ` -x${values}`
  return `complete -c ${program} -n ${quote(condition)} ${flags.join(' ')}${value} -d ${quote(option.description)}`
}

export function fishScript({ program, options, commands }: CompletionModel): string {
  const lines = [`# fish completion for ${program}`, `complete -c ${program} -f`]
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
