/** Shows a long text in the user's pager. */
import { spawn } from 'node:child_process'

type Env = Readonly<Record<string, string | undefined>>

/** For less: ends if the text fits the screen, keeps colours, leaves the text on the screen. */
const LESS = 'FRX'

/** The pager as a command line for a shell; undefined if the user wants none. */
export function pagerOf({ VIPCTL_PAGER, PAGER, TERM }: Env, platform: string): string | undefined {
  if (TERM === 'dumb') return undefined
  const stated = VIPCTL_PAGER ?? PAGER
  const pager = stated ?? (platform === 'win32' ? '' : 'less -R')
  return pager.trim() === '' || pager.trim() === 'cat' ? undefined : pager
}

/**
 * Runs a pager until the user leaves it.
 * @returns whether it showed the text; false if it cannot be started
 */
export function runPager(pager: string, text: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(pager, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS, ...env } })
    // The user may leave before all of the text is read.
    child.stdin?.on('error', () => undefined).end(text)
    child.on('error', () => resolve(false))
    // A shell ends with 126 or 127 if it cannot run the program.
    child.on('close', (code) => resolve(code !== 126 && code !== 127))
  })
}
