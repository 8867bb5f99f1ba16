import { type CompletedOption, type CompletionModel, INPUT_FLAGS, INPUT_SWITCHES, PROXIES_COMMAND } from './model.ts'

const words = (list: readonly string[]): string => list.join(' ')

const flagsOf = (options: readonly CompletedOption[]): readonly string[] => options.flatMap(({ flags }) => flags)

/** The completion after a flag: words, files, or none. */
function valueBranch(commands: readonly string[], option: CompletedOption): string {
  const patterns = commands.flatMap((command) => option.flags.map((flag) => `"${command} ${flag}"`))
  return `    ${patterns.join(' | ')})\n      ${actionOf(option)}\n      return\n      ;;`
}

function actionOf({ values, files, names }: CompletedOption): string {
  if (values.length > 0) return `COMPREPLY=($(compgen -W "${words(values)}" -- "$current"))`
  if (names) return `_vipctl_names ${names} "$current"`
  return files ? '_vipctl_files "$current"' : ':'
}

/** Names come from manifests, so no text of them may be expanded by the shell. */
const NAMES_FUNCTION = `_vipctl_names() {
  local filter='' name value i
  local -a input=()
  [[ $1 == namespaces ]] && filter='s/.*\\.//'
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
    ${INPUT_FLAGS.join(' | ')})
      name="\${COMP_WORDS[i]}" value="\${COMP_WORDS[i+1]}"
      [[ $value == '=' ]] && value="\${COMP_WORDS[i+2]}"
      input+=("$name" "\${value/#\\~/$HOME}")
      ;;
    ${INPUT_SWITCHES.join(' | ')}) input+=("\${COMP_WORDS[i]}") ;;
    esac
  done
  while IFS= read -r name; do
    [[ $name == "$2"* ]] && COMPREPLY+=("$name")
  done < <(${PROXIES_COMMAND} "\${input[@]}" </dev/null 2>/dev/null | sed "$filter" | sort -u)
}`

function flagBranch(
  commands: readonly string[],
  options: readonly CompletedOption[],
  operands: readonly string[],
): string {
  return [
    `    ${commands.map((command) => `"${command}"`).join(' | ')})`,
    `      flags="${words(flagsOf(options))}"`,
    `      operands="${words(operands)}"`,
    '      ;;',
  ].join('\n')
}

/** A script for bash 3.2 and later that does not need the bash-completion package. */
export function bashScript({ program, options, commands }: CompletionModel): string {
  const names = commands.flatMap((command) => command.names)
  const values = [{ names: [''], options }, ...commands].flatMap(({ names: list, options: own }) =>
    own.filter(({ takesValue }) => takesValue).map((option) => valueBranch(list, option)),
  )
  return `# bash completion for ${program}

_vipctl_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}

${NAMES_FUNCTION}

_vipctl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command='' flags='' operands='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
    ${names.join(' | ')})
      command="\${COMP_WORDS[i]}"
      break
      ;;
    esac
  done
  # --flag=value is three words here.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $before == '=' ]]; then
    before="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$command $before" in
${values.join('\n')}
  esac
  case "$command" in
${flagBranch([''], options, names)}
${commands.map((command) => flagBranch(command.names, command.options, command.operands)).join('\n')}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$operands" -- "$current"))
  fi
}

complete -F _vipctl ${program}
`
}
