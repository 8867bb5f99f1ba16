import { proxyText } from '../../answers/proxy-line.ts'
import { renderLines } from '../../formats/spans.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { loadView } from '../../input/proxy.ts'
import { sandboxTargets } from '../../sandbox/check/check.ts'
import { runInside } from '../../sandbox/inside/main.ts'
import { findEnvoy, installEnvoy } from '../../sandbox/outside/envoy-binary.ts'
import { checkNamespaces, INSIDE } from '../../sandbox/outside/namespaces.ts'
import type { Planner, SandboxPlan } from '../../sandbox/outside/plan.ts'
import { Sandbox } from '../../sandbox/outside/sandbox.ts'
import { viewRequest } from '../request.ts'
import { type Outcome, Session } from '../session.ts'
import { bindSandbox } from './bind.ts'
import { checkSandbox } from './check.ts'
import { checkOptions } from './combinations.ts'
import { openFolder } from './folder.ts'
import { noteUnmet, programOutcome, warnOfComplaints } from './notes.ts'
import { OnceEach } from './once-each.ts'
import type { SandboxOptions } from './options.ts'
import { prepare, type SandboxRun } from './prepare.ts'
import { runProgram, wordsOf } from './program.ts'
import { tipLines } from './tips.ts'
import { Watching } from './watching.ts'

interface Run extends SandboxRun {
  readonly watching: Watching | undefined
  readonly reporter: OnceEach
}

async function showTips(plan: SandboxPlan, planner: Planner, { io, options }: Session): Promise<void> {
  const requests = sandboxTargets(plan, planner.upstream).map(({ request }) => request)
  const lines = tipLines(proxyText(plan.view), requests)
  if (!options.quiet) for (const line of renderLines(lines, (_, text) => text)) await io.stderr.write(line)
}

/** Replaces the configuration of a running sandbox whenever the input changes. */
async function keepUp(
  running: Sandbox,
  planner: Planner,
  { watching, reporter, options: { withGateways = false } }: Run,
  session: Session,
): Promise<void> {
  // Problems of later states do not decide the exit code.
  const own = await Session.open(session.io, session.options, session.program)
  reporter.continueAt(own)
  watching?.followTo(async ({ mesh, view }) => {
    await running.update(planner.plan(mesh, view, withGateways))
    await own.note('the input has changed, and Envoy gets the new configuration')
    await warnOfComplaints(running, own)
  }, own)
}

async function inSandbox(run: Run, session: Session): Promise<Outcome> {
  const { input, operands, options } = run
  const { env, cwd } = session.io
  const { planner, plan, arrivals, settings } = await prepare(run, session)
  const running = await Sandbox.start(settings)
  try {
    await warnOfComplaints(running, session)
    const admin = await running.adminPort()
    if (admin !== undefined) await session.note(`Envoy's administration: http://127.0.0.1:${admin}`)
    if (options.check)
      return await checkSandbox(running, { planner, plan, mesh: input.mesh }, options.output ?? 'text', session)
    await keepUp(running, planner, run, session)
    if (operands.length === 0) await showTips(plan, planner, session)
    const code = await runProgram(running, wordsOf(operands, env), cwd)
    await noteUnmet(running, session)
    return await programOutcome(running, code, arrivals, options.expect, session)
  } finally {
    await run.watching?.end()
    await running.stop()
  }
}

/** `vipctl sandbox` */
export async function sandbox(
  operands: readonly string[],
  options: SandboxOptions,
  session: Session,
): Promise<Outcome> {
  const { env, cwd } = session.io
  if (env[INSIDE] && process.connected) return runInside()
  checkOptions(operands, options)
  if (options.installEnvoy) return { output: [`${await installEnvoy(env, session)}\n`] }
  const request = await viewRequest(options, session)
  if (!options.bind) checkNamespaces(env)
  const binary = findEnvoy(options.envoy, env)
  const reporter = new OnceEach(session)
  const watching = options.watch ? new Watching(request, reporter) : undefined
  const folder = openFolder(options.keep, cwd)
  try {
    const input = watching ? await watching.first() : await loadView(request, session)
    await reportUnstatedCapture(input.proxy, input.mesh.snapshot, CAPTURE_FLAG, session)
    if (options.bind) return await bindSandbox({ input, operands, options, binary, folder }, session)
    return await inSandbox({ input, watching, reporter, operands, options, binary, folder }, session)
  } finally {
    await watching?.end()
    await folder.guard.end()
  }
}
