/** Whether output is coloured, and how. */
import type { Painter, Style } from './spans.ts'

export const COLOR_MODES = ['auto', 'always', 'never'] as const
export type ColorMode = (typeof COLOR_MODES)[number]

interface Terminal {
  readonly isTTY: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** In order: the flag, NO_COLOR, FORCE_COLOR (https://no-color.org, https://force-color.org), the terminal. */
export function usesColor(mode: ColorMode, stream: Terminal, env: Environment): boolean {
  if (mode !== 'auto') return mode === 'always'
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '')
    return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY && env.TERM !== 'dumb'
}

const plain: Painter = (_, text) => text

/** chalk is loaded only if colour is used. */
export async function painterFor(colored: boolean): Promise<Painter> {
  if (!colored) return plain
  const { Chalk } = await import('chalk')
  const chalk = new Chalk({ level: 1 })
  const paints: Readonly<Record<Style, (text: string) => string>> = {
    heading: chalk.bold,
    dim: chalk.dim,
    name: chalk.cyan,
    good: chalk.green,
    warning: chalk.yellow,
    error: chalk.red,
  }
  return (style, text) => paints[style](text)
}
