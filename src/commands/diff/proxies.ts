/** Which proxies are compared, and what is computed for them. */

import { once } from '../../common/once.ts'
import {
  type GroupOptions,
  type Mesh,
  type MeshSide,
  type Node,
  ProxyError,
  type Sides,
  type Snapshot,
} from '../../index.ts'
import { nodeChooser } from '../../input/proxy.ts'
import { checkProxyOptions, proxyRequest } from '../request.ts'
import type { Session } from '../session.ts'
import { lintMesh } from './lint.ts'
import type { DiffOptions } from './options.ts'

/** Whether there is time left to search for causes; undefined if the options set no time. */
export function timeOf({ budget }: DiffOptions): (() => boolean) | undefined {
  if (budget === undefined) return undefined
  const end = performance.now() + budget
  return () => budget === 0 || performance.now() < end
}

/** A mesh as it is compared. */
export function meshSide(mesh: Mesh, options: DiffOptions): MeshSide {
  const findings = once(() => (options.lint === false ? [] : lintMesh(mesh, options)))
  return {
    scope: mesh.scope,
    get findings() {
      return findings()
    },
  }
}

/** The node of the proxy in the options on one side; undefined if the side does not have it. */
function nodeOn(choose: (snapshot: Snapshot) => { readonly node: Node }, snapshot: Snapshot): Node | ProxyError {
  try {
    return choose(snapshot).node
  } catch (error) {
    if (error instanceof ProxyError) return error
    throw error
  }
}

/** @throws ProxyError when no side has the proxy in the options */
async function chosenProxy(
  options: DiffOptions,
  snapshots: Sides<Snapshot>,
  namespace: string,
  session: Session,
): Promise<GroupOptions['chosen']> {
  checkProxyOptions(options)
  const name = options.proxy ?? options.node
  if (name === undefined) return undefined
  const choose = await nodeChooser(proxyRequest(options), session.io, namespace, session)
  const [before, after] = [nodeOn(choose, snapshots.before), nodeOn(choose, snapshots.after)]
  if (before instanceof ProxyError && after instanceof ProxyError) throw after
  const [only, other] = before instanceof ProxyError ? ['after', 'before'] : ['before', 'after']
  if (before instanceof ProxyError || after instanceof ProxyError) {
    await session.warn(`${name} is only in the input ${only} the change, not ${other} it: nothing can be compared`)
  }
  const nodeOr = (found: Node | ProxyError): Node | undefined => (found instanceof ProxyError ? undefined : found)
  return { name, nodes: { before: nodeOr(before), after: nodeOr(after) } }
}

/** The proxies that the options name; all of them by default. */
export async function groupOptions(
  options: DiffOptions,
  snapshots: Sides<Snapshot>,
  namespace: string,
  session: Session,
): Promise<GroupOptions> {
  return {
    capture: options.dnsCapture ?? 'both',
    metadata: new Map(options.meta),
    namespace: options.namespace,
    chosen: await chosenProxy(options, snapshots, namespace, session),
  }
}
