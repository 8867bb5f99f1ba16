/** The program: takes a command line, prints text and returns an exit code. */
import { Command, CommanderError } from 'commander'
import { commonOptions, type Dispatch } from './commands/command.ts'
import { guarded } from './commands/guarded.ts'
import { withHint } from './commands/help/hints.ts'
import { helpWidth } from './commands/help/layout.ts'
import { type Example, helpText, setExamples } from './commands/help/text.ts'
import { type Io, processIo } from './commands/io.ts'
import { commands } from './commands/list.ts'
import { type Outcome, type OutputOptions, Session } from './commands/session.ts'
import { UserError } from './common/errors.ts'
import { cleanLines } from './formats/clean.ts'
import { COMPLETE, invocation } from './invoked.ts'
import { packageVersion } from './own-program.ts'

const EXIT = { clean: 0, findings: 1, error: 2 } as const
const DESCRIPTION =
  'Computes what istiod would send to a proxy, without istiod: addresses, DNS answers and Envoy configuration from ' +
  'Istio and Kubernetes manifests, each with the manifest line and the rule behind it.'

const EXAMPLES: readonly Example[] = [
  ['vipctl dig orders.db.example.com -f manifests/', 'what a name resolves to, and why'],
  ['vipctl pc listeners --port 3306 --explain -f manifests/', 'who gets the connections to a port, and why'],
  ['vipctl lint manifests/', 'what goes wrong when manifests are applied'],
  ['vipctl conflicts --proxy web-7d9f.shop', 'which services take ports of others, in the current cluster'],
]

/** The only place that decides an exit code. */
function exitCode(failed: boolean, outcome: Outcome | undefined): number {
  if (failed) return EXIT.error
  return outcome?.exitCode ?? (outcome?.findings ? EXIT.findings : EXIT.clean)
}

async function reportError(error: unknown, session: Session): Promise<void> {
  if (error instanceof UserError) {
    await session.error(error.message, error.hint)
    return
  }
  const message = error instanceof Error ? error.message : String(error)
  await session.internalError(message, error instanceof Error ? error.stack : undefined)
}

/** The program with its commands, which hand what they are given to `dispatch`. */
export function makeProgram(io: Io, dispatch: Dispatch): Command {
  const program = new Command(io.calledAs ?? 'vipctl')
    .description(DESCRIPTION)
    .usage('COMMAND [options]')
    .helpOption('-h, --help', 'print this help')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpCommand(false)
    .configureHelp({ formatHelp: (command, helper) => helpText(command, helper.helpWidth) })
    .showHelpAfterError(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(cleanLines(text)),
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
      outputError: (text, write) => write(withHint(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  setExamples(program, EXAMPLES)
  for (const item of commonOptions()) program.addOption(item)
  for (const make of commands) {
    const command = make(dispatch)
    command.copyInheritedSettings(program)
    program.addCommand(command)
  }
  return program
}

/** Prints what may follow the words of a command line, for kubectl. */
async function complete(words: readonly string[], program: Command, io: Io): Promise<number> {
  const { completeFor } = await import('./commands/completion/plugin.ts')
  const lines = await completeFor(words, program, async (argv) => {
    let stdout = ''
    const write = (text: string): void => {
      stdout += text
    }
    const silent = { isTTY: false, columns: undefined, write: () => undefined }
    await run(argv, { ...io, stdout: { ...silent, write }, stderr: silent, stdin: async () => Buffer.alloc(0) })
    return stdout
  })
  await io.stdout.write(lines.map((line) => `${line}\n`).join(''))
  return EXIT.clean
}

/**
 * Runs the program.
 * @param argv the arguments after the program's name
 * @returns the exit code: 0 clean, 1 findings, 2 usage, input or internal error
 */
export async function run(argv: readonly string[], given: Io): Promise<number> {
  const io = guarded(given)
  let failed = false
  let outcome: Outcome | undefined

  async function dispatch(...[load, operands, options]: Parameters<Dispatch>): Promise<void> {
    const session = await Session.open(io, options as OutputOptions, program)
    try {
      const runCommand = await load()
      outcome = await runCommand(operands, options, session)
      io.onOutput?.(exitCode(session.failed, outcome))
      await session.write(outcome.output)
    } catch (error) {
      await reportError(error, session)
    }
    failed = session.failed
  }

  const program = makeProgram(io, dispatch as Dispatch)
  if (argv[0] === COMPLETE) return complete(argv.slice(1), program, io)
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    failed = !(error instanceof CommanderError) || error.exitCode !== 0
    if (!(error instanceof CommanderError)) await reportError(error, await Session.open(io, {}, program))
  }
  return exitCode(failed, outcome)
}

/**
 * A reader that has seen enough (`| head`) closes the pipe, which is not an error: the exit code stays that of the answer.
 * Any other write error is reported.
 */
function endOnWriteError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.clean)
  process.stderr.write(`error: cannot write: ${error.message}\n`)
  process.exit(EXIT.error)
}

/**
 * An error outside of every promise, such as in a callback of a library, is an internal error as any other. Node would
 * end with 1, which means findings.
 */
function handleUncaught(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const trace = process.env.VIPCTL_DEBUG && stack !== undefined ? `${stack}\n` : ''
  process.stderr.write(cleanLines(`vipctl: internal error: ${message}\n${trace}`))
  process.exit(EXIT.error)
}

export async function main(): Promise<void> {
  process.on('uncaughtException', handleUncaught)
  const { calledAs, argv } = invocation(process.argv)
  const onOutput = (code: number): void => {
    process.exitCode = code
  }
  try {
    process.exitCode = await run(argv, { ...processIo(endOnWriteError), calledAs, onOutput })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    process.stderr.write(`error: ${error.message}\n  hint: ${error.hint}\n`)
    process.exitCode = EXIT.error
  }
}
