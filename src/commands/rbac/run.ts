import { ISTIOD_ROLE_NAME, ROLE_NAME, rolesOf } from '../../answers/rbac/message.ts'
import { UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { formatData } from '../../formats/data.ts'
import { meshConfigMapName, SYSTEM_NAMESPACE } from '../../index.ts'
import { needsCertificates } from '../../input/live/gateway-api/certificates.ts'
import { needsOf, WORKLOADS } from '../../input/live/needs.ts'
import type { Outcome, Session } from '../session.ts'
import type { RbacOptions } from './options.ts'
import { NEEDS_BY_COMMAND, type Needs, READING } from './reads.ts'

function needsOfCommand(command: string | undefined): Needs {
  if (command === undefined) return READING
  const needs = NEEDS_BY_COMMAND.get(command)
  if (needs) return needs
  const close = nearest(command, NEEDS_BY_COMMAND.keys())
  throw new UserError(
    `${JSON.stringify(command)} is not a command that reads clusters`,
    close ? `did you mean ${close}?` : `those are ${[...NEEDS_BY_COMMAND.keys()].join(', ')}`,
  )
}

/** `vipctl rbac` */
export async function rbac([command]: readonly string[], options: RbacOptions, session: Session): Promise<Outcome> {
  const namespaces = [...new Set(options.namespace ?? [])]
  const { reads, asks, certificates } = needsOfCommand(command)
  // `--proxy TYPE/NAME` reads workloads.
  const kinds = reads === undefined ? [] : [...needsOf(reads), ...WORKLOADS].map(({ kind }) => kind)
  const roles = rolesOf(kinds, {
    namespaces,
    watch: options.watch ?? false,
    remoteSecrets: options.remoteSecrets ?? false,
    istioNamespace: options.istioNamespace ?? SYSTEM_NAMESPACE,
    meshConfigMap: meshConfigMapName(options.revision),
    asks,
    certificates: reads !== undefined && needsCertificates({ reads, certificates }),
  })
  if (options.output === 'json') {
    return { output: await formatData('json', { apiVersion: 'v1', kind: 'List', items: roles }) }
  }
  if (options.remoteSecrets) {
    await session.note(
      `Role ${ISTIOD_ROLE_NAME} allows reading all Secrets in its namespace, because RBAC cannot select by label`,
      `without --remote-secrets, the roles ${ISTIOD_ROLE_NAME} and ${ROLE_NAME} allow no Secrets`,
    )
  }
  const { rolesText } = await import('../../answers/rbac/text.ts')
  return { output: rolesText(roles, namespaces.length > 0 && kinds.length > 0) }
}
