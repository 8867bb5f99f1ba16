/** The API groups and versions of a server. */

import type { ApiKind } from '../../kinds/index.ts'
import type { JsonValue } from '../../sources/document.ts'
import { listAt, textAt } from '../../sources/mapping.ts'
import type { Connection } from './connection.ts'
import { AnswerError, StatusError } from './errors.ts'

/** Versions by group; undefined when the server does not tell. */
export type Groups = ReadonlyMap<string, ReadonlySet<string>> | undefined

/** @throws AnswerError when this is not an API server, and the errors of `Connection.get` */
export async function readGroups(connection: Connection): Promise<Groups> {
  let value: JsonValue
  try {
    value = await connection.get('/apis')
  } catch (error) {
    // If this is forbidden, requests for each kind show whether it exists.
    if (error instanceof StatusError && error.status === 403) return undefined
    throw error
  }
  if (textAt(value, 'kind') !== 'APIGroupList') {
    throw new AnswerError('/apis sent something other than API groups', 'is it an API server?')
  }
  return new Map(
    listAt(value, 'groups').map((group) => [
      textAt(group, 'name'),
      new Set(listAt(group, 'versions').map((version) => textAt(version, 'version'))),
    ]),
  )
}

/** The versions to request, best first; empty when the server does not have the group. */
export function servedVersions({ group, versions }: ApiKind, groups: Groups): readonly string[] {
  if (group === '' || !groups) return versions
  return versions.filter((version) => groups.get(group)?.has(version) === true)
}
