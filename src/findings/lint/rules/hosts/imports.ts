/** Whether an egress listener would import a service that it does not have. */

import type { IstioEgressListener } from '../../../../kinds/messages/sidecar.ts'
import type { Service } from '../../../../registry/service.ts'
import type { Features } from '../../../../resources/mesh/features.ts'
import { restrictingPort, trimToPort } from '../../../../scope/egress.ts'
import { type Imports, parseImports } from '../../../../scope/imports.ts'

/** One egress listener of a Sidecar, for one namespace. */
export interface ListenerImports {
  readonly imports: Imports
  readonly port: number
}

export const listenerImports = (spec: IstioEgressListener, namespace: string, features: Features): ListenerImports => ({
  imports: parseImports(spec.hosts, namespace, features),
  port: restrictingPort(spec),
})

/** Ignores visibility. */
export function isImported(service: Service, { imports, port }: ListenerImports): boolean {
  const { namespace, hostname } = service
  if (imports.excludes(namespace, hostname)) return false
  if (!imports.groupsFor(namespace).some((group) => group.covers(hostname))) return false
  return port === 0 || trimToPort(service, port) !== undefined
}
