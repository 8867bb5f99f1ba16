/** What the rules about Gateways ask. */
import type { ScopeContext } from '../../../../scope/context.ts'
import type { RouterReport, ServerReport } from '../../../gateways/index.ts'
import { routersWithRoutes } from '../../routing/index.ts'

/** Every router of the mesh, and one for each Gateway whose router the input does not have. */
export const routersOfMesh = (scope: ScopeContext): readonly RouterReport[] =>
  routersWithRoutes(scope).map(({ report }) => report)

/** The servers of all routers; one that several routers have is there for each. */
export function* serversOfMesh(scope: ScopeContext): Iterable<readonly [RouterReport, ServerReport]> {
  for (const router of routersOfMesh(scope)) for (const server of router.servers) yield [router, server]
}
