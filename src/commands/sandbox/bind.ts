/** `--bind`: a sandbox without namespaces. */
import { proxyText } from '../../answers/proxy-line.ts'
import { type DoorRow, doorLines } from '../../answers/sandbox/doors.ts'
import { joinHostPort } from '../../common/names.ts'
import { shellWord } from '../../formats/shell-words.ts'
import { renderLines } from '../../formats/spans.ts'
import { BoundSandbox, type Door } from '../../sandbox/bind/bound.ts'
import { destinationText } from '../../sandbox/bind/doors.ts'
import type { Outcome, Session } from '../session.ts'
import { noteUnmet, programOutcome, warnOfComplaints } from './notes.ts'
import { prepare, type SandboxRun } from './prepare.ts'
import { runProgram } from './program.ts'
import { commandOf } from './tips.ts'

const LOOPBACK = '127.0.0.1'

function hostsText([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

/** A command that makes a request through a door. */
function exampleOf({ request, endsTls, boundPort: port }: Door): string {
  if (request === undefined) return ''
  const { http } = request
  if (!endsTls || http === undefined) return commandOf({ ...request, host: LOOPBACK, port })
  const to = `${http.authority}:443:${joinHostPort(LOOPBACK, port)}`
  return `curl -sk --connect-to ${shellWord(to)} ${shellWord(`https://${http.authority}${http.path}`)}`
}

function rowOf(door: Door): DoorRow {
  const { request, hosts, boundPort } = door
  const named = request?.http?.authority
  const first =
    named !== undefined && hosts.includes(named) ? [named, ...hosts.filter((host) => host !== named)] : hosts
  return {
    destination: destinationText(door),
    hosts: hostsText(first),
    bound: joinHostPort(LOOPBACK, boundPort),
    example: exampleOf(door),
  }
}

/** The table is the output unless a command has the output. */
async function showTable(proxy: string, doors: readonly Door[], hasCommand: boolean, session: Session): Promise<void> {
  const { io, options } = session
  if (hasCommand && options.quiet) return
  const stream = hasCommand ? io.stderr : io.stdout
  const lines = doorLines(proxy, doors.map(rowOf))
  for (const line of renderLines(lines, (_, text) => text)) await stream.write(line)
  await session.note('names are not redirected: connect to the ports of the table, with the Host header of the service')
}

const interrupted = ({ io }: Session): Promise<void> =>
  new Promise((resolve) => {
    // Keeps this process running, because the sockets do not on all systems.
    const timer = setInterval(() => undefined, 1 << 30)
    const end = (): void => {
      clearInterval(timer)
      forget?.()
      resolve()
    }
    const forget = io.onInterrupt?.(end)
  })

/** Runs a command beside Envoy, or waits for an interrupt. */
export async function bindSandbox(run: SandboxRun, session: Session): Promise<Outcome> {
  const { operands, options } = run
  const { plan, arrivals, settings } = await prepare(run, session)
  const running = await BoundSandbox.start(settings)
  try {
    await warnOfComplaints(running, session)
    const { adminPort, doors } = running
    if (adminPort !== undefined) await session.note(`Envoy's administration: http://${LOOPBACK}:${adminPort}`)
    await showTable(proxyText(plan.view), doors, operands.length > 0, session)
    if (operands.length === 0) {
      await interrupted(session)
      return { output: [] }
    }
    const code = await runProgram(running, operands, session.io.cwd)
    await noteUnmet(running, session)
    return await programOutcome(running, code, arrivals, options.expect, session)
  } finally {
    await running.stop()
  }
}
