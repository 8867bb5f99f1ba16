/** Facts that the rules about Gateways share. */
import type { ScopeContext } from '../../../../scope/context.ts'
import type { RouterReport, ServerReport } from '../../../gateways/index.ts'
import { routersWithRoutes } from '../../routing/index.ts'

/** Every router of the mesh, and an assumed one for each Gateway whose router is not in the input. */
export const routersOfMesh = (scope: ScopeContext): readonly RouterReport[] =>
  routersWithRoutes(scope).map(({ report }) => report)

/** The servers of all routers; a server of several routers is listed for each. */
export function* serversOfMesh(scope: ScopeContext): Iterable<readonly [RouterReport, ServerReport]> {
  for (const router of routersOfMesh(scope)) for (const server of router.servers) yield [router, server]
}
