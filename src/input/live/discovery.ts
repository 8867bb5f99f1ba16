/** Which API groups a server has, in which versions. */

import type { ApiKind } from '../../kinds/index.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import type { Connection } from './connection.ts'
import { AnswerError, StatusError } from './errors.ts'
import { textAt } from './object.ts'

/** Versions by group; undefined when the server does not say. */
export type Groups = ReadonlyMap<string, ReadonlySet<string>> | undefined

const listAt = (value: JsonValue, key: string): readonly JsonValue[] => {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return Array.isArray(found) ? found : []
}

/**
 * @throws AnswerError when this is not an API server, and what `Connection.get` throws
 */
export async function readGroups(connection: Connection): Promise<Groups> {
  let value: JsonValue
  try {
    value = await connection.get('/apis')
  } catch (error) {
    // Without the right to ask, each kind says by itself whether it is there.
    if (error instanceof StatusError && error.status === 403) return undefined
    throw error
  }
  if (textAt(value, 'kind') !== 'APIGroupList') {
    throw new AnswerError('/apis is answered with something else than API groups', 'is it an API server?')
  }
  return new Map(
    listAt(value, 'groups').map((group) => [
      textAt(group, 'name'),
      new Set(listAt(group, 'versions').map((version) => textAt(version, 'version'))),
    ]),
  )
}

/** The versions to ask for, best first; none when the server does not have the group. */
export function servedVersions({ group, versions }: ApiKind, groups: Groups): readonly string[] {
  if (group === '' || !groups) return versions
  return versions.filter((version) => groups.get(group)?.has(version) === true)
}
