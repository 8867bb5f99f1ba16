/** Runs the interface: the terminal, the keys, and the thread that computes. */
import chalk from 'chalk'
import { render } from 'ink'
import type { FilePlace, Order, Report, ViewId } from '../protocol.ts'
import { Screen } from './components/Screen.tsx'
import { edit } from './editor.ts'
import { App } from './model/app.ts'
import { Terminal } from './terminal.ts'
import { loadLayout } from './yoga.ts'

/** The thread that computes, as this one sees it. */
export interface Computing {
  send(order: Order): void
  onReport(listener: (report: Report) => void): void
  /** It ended by itself, which it does only with an error. */
  onEnd(listener: (message: string) => void): void
}

export interface ScreenOptions {
  readonly computing: Computing
  readonly view: ViewId
  readonly colored: boolean
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What ended it; undefined when the user did. */
export interface Ending {
  readonly error?: { readonly message: string; readonly hint?: string | undefined }
  /** The signal that ended it. */
  readonly signal?: NodeJS.Signals
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** OSC 52: the terminal copies the text to its clipboard. */
const copyText = (text: string): string => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`

/**
 * Gives the terminal back whenever the program is to stop, by Ctrl-Z or by the signal of another program, and takes it
 * again when it continues.
 */
class Suspension {
  readonly #terminal: Terminal
  readonly #resumed: () => void
  readonly #stop = (): void => this.#leave(process.pid)

  /** @param resumed called when the program continues */
  constructor(terminal: Terminal, resumed: () => void) {
    this.#terminal = terminal
    this.#resumed = resumed
  }

  listen(): void {
    process.on('SIGTSTP', this.#stop)
  }

  end(): void {
    process.off('SIGTSTP', this.#stop)
  }

  /** As Ctrl-Z does: the programs that started this one stop too. */
  suspend(): void {
    this.#leave(0)
  }

  /** @param target a process, or 0 for the whole group */
  #leave(target: number): void {
    this.#terminal.leave()
    process.once('SIGCONT', () => {
      this.listen()
      this.#terminal.resume()
      this.#resumed()
    })
    // Without a listener, the signal stops the program.
    this.end()
    process.kill(target, 'SIGTSTP')
  }
}

function editOn(terminal: Terminal, place: FilePlace, { env, cwd }: ScreenOptions): string | undefined {
  terminal.leave()
  try {
    return edit(place, env, cwd)
  } finally {
    terminal.resume()
  }
}

/**
 * Shows the interface until the user quits or something ends it. The terminal is given back on every way out, also when
 * the program crashes.
 */
export async function runScreen(options: ScreenOptions): Promise<Ending> {
  const { computing, view, colored } = options
  await loadLayout()
  // 1 are the 16 colours of the terminal's palette, which suit its background.
  chalk.level = colored ? 1 : 0
  const terminal = new Terminal(process.stdout, process.stdin)
  const leave = (): void => terminal.leave()
  process.on('exit', leave)
  process.prependListener('uncaughtException', leave)
  let resolve: (ending: Ending) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Ending>((ended, failed) => {
    resolve = ended
    reject = failed
  })
  const suspension = new Suspension(terminal, () => app.resize(terminal.columns, terminal.rows))
  const app: App = new App(
    {
      send: (order) => computing.send(order),
      quit: () => resolve({}),
      suspend: () => suspension.suspend(),
      copy: (text) => void process.stdout.write(copyText(text)),
      edit: (place) => editOn(terminal, place, options),
    },
    view,
  )
  const stops = SIGNALS.map((signal) => {
    const stop = (): void => resolve({ signal })
    process.on(signal, stop)
    return () => process.off(signal, stop)
  })
  computing.onReport((report) => {
    if (report.kind === 'fatal') resolve({ error: report })
    else app.receive(report)
  })
  computing.onEnd((message) => resolve({ error: { message } }))
  terminal.on('resize', () => app.resize(terminal.columns, terminal.rows))
  app.resize(terminal.columns, terminal.rows)
  suspension.listen()
  terminal.enter()
  const instance = render(<Screen app={app} />, {
    stdout: terminal as unknown as NodeJS.WriteStream,
    stdin: process.stdin,
    // ink then writes each frame as a whole, and the terminal finds what differs.
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  // ink ends by itself only when a component throws.
  instance.waitUntilExit().catch(reject)
  try {
    return await promise
  } finally {
    terminal.leave()
    instance.unmount()
    for (const stop of stops) stop()
    suspension.end()
    process.off('exit', leave)
    process.off('uncaughtException', leave)
    process.stdin.pause()
  }
}
