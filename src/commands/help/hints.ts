/** Hints for options that users of other tools expect. */

/** The options of kubectl, istioctl and others, with what vipctl has instead. */
const ELSEWHERE: readonly (readonly [flags: RegExp, hint: string])[] = [
  [/^-v(=?\d.*|)$/, '--verbose prints every warning, -V the version'],
  [/^--vklog/, '--verbose prints every warning'],
  [/^--(set|values)(=|$)/, 'render the chart first: helm template CHART | vipctl COMMAND -f -'],
  [/^--kustomize(=|$)/, 'build it first: kubectl kustomize FOLDER | vipctl COMMAND -f -'],
]

/**
 * A usage error with a hint if it is about a missing argument, or an option of another tool.
 * @param text commander's message
 */
export function withHint(text: string): string {
  if (text.startsWith('error: missing required argument'))
    return `${text.trimEnd()}\n  hint: --help describes the arguments\n`
  const flag = /^error: unknown option '([^']{1,80})'/.exec(text)?.[1]
  const hint = flag === undefined ? undefined : ELSEWHERE.find(([flags]) => flags.test(flag))?.[1]
  if (hint === undefined) return text
  // In place of the nearest option, which has nothing to do with it.
  return `${text.split('\n')[0]}\n  hint: ${hint}\n`
}
