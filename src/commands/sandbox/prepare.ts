/** What both forms of a sandbox start with. */
import type { LoadedView } from '../../input/proxy.ts'
import { Planner, type SandboxPlan } from '../../sandbox/outside/plan.ts'
import type { SandboxSettings } from '../../sandbox/outside/sandbox.ts'
import type { Session } from '../session.ts'
import { Arrivals } from './expect.ts'
import type { SandboxFolder } from './folder.ts'
import { noteRemoved } from './notes.ts'
import type { SandboxOptions } from './options.ts'

/** One call of `vipctl sandbox`. */
export interface SandboxRun {
  readonly input: LoadedView
  readonly operands: readonly string[]
  readonly options: SandboxOptions
  /** Of Envoy. */
  readonly binary: string
  readonly folder: SandboxFolder
}

interface Prepared {
  readonly planner: Planner
  readonly plan: SandboxPlan
  readonly arrivals: Arrivals
  readonly settings: SandboxSettings
}

/** Plans a sandbox, and reports what it leaves out. */
export async function prepare(
  { input: { mesh, view }, options, binary, folder: { path, guard } }: SandboxRun,
  session: Session,
): Promise<Prepared> {
  const { resolve = [], withGateways = false, admin = false } = options
  const arrivals = new Arrivals(view.proxy.id)
  const planner = new Planner(path, new Map(resolve))
  const plan = planner.plan(mesh, view, withGateways)
  await noteRemoved(plan.removed, session)
  if (plan.othersLeft > 0) {
    await session.warn(`${plan.othersLeft} proxies on the other side do not run, because there are too many`)
  }
  const settings: SandboxSettings = {
    planner,
    plan,
    folder: path,
    guard,
    binary,
    env: session.io.env,
    opensAdmin: admin,
    answered: (received) => arrivals.add(received),
  }
  return { planner, plan, arrivals, settings }
}
