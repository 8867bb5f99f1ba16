import { UserError } from '../../common/errors.ts'
import { cleanLines } from '../../formats/clean.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { loadView } from '../../input/proxy.ts'
import { runInside } from '../../sandbox/inside/main.ts'
import { findEnvoy } from '../../sandbox/outside/envoy-binary.ts'
import { checkNamespaces, INSIDE } from '../../sandbox/outside/namespaces.ts'
import { Planner } from '../../sandbox/outside/plan.ts'
import { Sandbox } from '../../sandbox/outside/sandbox.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { checkSandbox } from './check.ts'
import { Arrivals } from './expect.ts'
import { openFolder } from './folder.ts'
import type { SandboxOptions } from './options.ts'
import { runProgram, wordsOf } from './program.ts'

const NAMES_IN_NOTE = 8

async function noteRemoved(removed: readonly string[], session: Session): Promise<void> {
  if (removed.length === 0) return
  const shown = removed.slice(0, NAMES_IN_NOTE).join(', ')
  const more = removed.length > NAMES_IN_NOTE ? ` and ${removed.length - NAMES_IN_NOTE} more` : ''
  await session.note(`left out, because stock Envoy lacks it: ${shown}${more}`)
}

function checkOutcome(code: number, arrivals: Arrivals, expected: readonly string[] | undefined): string | undefined {
  return expected === undefined || code !== 0 ? undefined : arrivals.problemWith(expected)
}

/** @throws UserError for options that do not go together */
function checkOptions(operands: readonly string[], { check, expect, output }: SandboxOptions): void {
  if (check && operands.length > 0) throw new UserError('--check sends requests by itself: give no command with it')
  if (check && expect) throw new UserError('--check and --expect exclude each other', '--expect is about a command')
  if (!check && output !== undefined) throw new UserError('-o is for --check', 'a command prints what it prints')
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
  const request = await viewRequest(options, session)
  checkNamespaces(env)
  const binary = findEnvoy(options.envoy, env)
  const { mesh, view, proxy } = await loadView(request, session)
  await reportUnstatedCapture(proxy, mesh.snapshot, CAPTURE_FLAG, session)
  const folder = openFolder(options.keep, cwd)
  const arrivals = new Arrivals()
  try {
    const planner = new Planner(folder.path, new Map(options.resolve ?? []))
    const plan = planner.plan(mesh, view)
    await noteRemoved(plan.removed, session)
    const running = await Sandbox.start({
      planner,
      plan,
      folder: folder.path,
      isTemporary: folder.isTemporary,
      binary,
      env,
      opensAdmin: options.admin ?? false,
      answered: (received) => arrivals.add(received),
    })
    try {
      const admin = await running.adminPort()
      if (admin !== undefined) await session.note(`Envoy's administration: http://127.0.0.1:${admin}`)
      if (options.check) return await checkSandbox(running, { planner, plan, mesh }, options.output ?? 'text', session)
      const code = await runProgram(running, wordsOf(operands, env), cwd)
      const problem = checkOutcome(code, arrivals, options.expect)
      if (problem !== undefined) await session.io.stderr.write(cleanLines(`error: ${problem}\n`))
      return { output: [], exitCode: problem === undefined ? code : 1 }
    } finally {
      await running.stop()
    }
  } finally {
    folder.close()
  }
}
