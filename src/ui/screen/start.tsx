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

/** Stops the program as Ctrl-Z does, and takes the terminal again when it continues. */
function suspendOn(terminal: Terminal, app: () => App): void {
  terminal.leave()
  process.once('SIGCONT', () => {
    terminal.resume()
    app().resize(terminal.columns, terminal.rows)
  })
  // As Ctrl-Z does: the programs that started this one stop too.
  process.kill(0, 'SIGTSTP')
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
  const app: App = new App(
    {
      send: (order) => computing.send(order),
      quit: () => resolve({}),
      suspend: () => suspendOn(terminal, () => app),
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
    process.off('exit', leave)
    process.off('uncaughtException', leave)
    process.stdin.pause()
  }
}
