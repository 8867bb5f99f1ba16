import {
  type CompletedCommand,
  type CompletedOption,
  type CompletionModel,
  INPUT_FLAGS,
  INPUT_SWITCHES,
  PROXIES_COMMAND,
} from './model.ts'

/** Text inside single quotes. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Text inside the brackets of an _arguments specification. */
const described = (text: string): string => text.replace(/[[\]\\]/g, '\\$&')

const escapeColons = (text: string): string => text.replace(/[:\\]/g, '\\$&')

/** Names from the input of the command line. */
const NAMES_FUNCTION = `_vipctl_names() {
  local -a input names
  local i
  for ((i = 1; i < CURRENT; i++)); do
    case $words[i] in
    ${INPUT_FLAGS.join('|')}) input+=("$words[i]" "\${(Q)\${words[i+1]/#\\~/$HOME}}") ;;
    ${INPUT_SWITCHES.join('|')}) input+=("$words[i]") ;;
    esac
  done
  names=("\${(@f)$(${PROXIES_COMMAND} $input </dev/null 2>/dev/null)}")
  [[ $1 == namespaces ]] && names=("\${(@u)names##*.}")
  compadd -a names
}`

function valueSpec({ takesValue, values, files, names }: CompletedOption): string {
  if (!takesValue) return ''
  if (names) return `:value:{_vipctl_names ${names}}`
  if (values.length > 0) return `:value:(${values.join(' ')})`
  return files ? ':file:_files' : ':value: '
}

/** `'(-o --output)-o[format]:value:(text json)'`, one for each spelling of the flag. */
function optionSpecs(option: CompletedOption): string[] {
  const exclusive = option.repeatable ? '*' : `(${option.flags.join(' ')})`
  return option.flags.map((flag) => quote(`${exclusive}${flag}[${described(option.description)}]${valueSpec(option)}`))
}

const specsOf = (options: readonly CompletedOption[]): string[] => options.flatMap(optionSpecs)

function branch({ names, options, operands }: CompletedCommand): string {
  const rest = operands.length > 0 ? `'*:argument:(${operands.join(' ')})'` : "'*:argument: '"
  const specs = [...specsOf(options), rest].map((spec) => `        ${spec}`)
  return `    ${names.join('|')})\n      _arguments -S \\\n${specs.join(' \\\n')}\n      ;;`
}

export function zshScript({ program, options, commands }: CompletionModel): string {
  const list = commands.flatMap(({ names, summary }) =>
    names.map((name) => `        ${quote(`${escapeColons(name)}:${escapeColons(summary)}`)}`),
  )
  return `#compdef ${program}

${NAMES_FUNCTION}

_${program}() {
  local curcontext="$curcontext" state state_descr line
  typeset -A opt_args
  _arguments -C \\
${specsOf(options)
  .map((spec) => `    ${spec} \\`)
  .join('\n')}
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
  command)
    local -a commands
    commands=(
${list.join('\n')}
    )
    _describe -t commands command commands
    ;;
  argument)
    case $line[1] in
${commands.map(branch).join('\n')}
    esac
    ;;
  esac
}

if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`
}
