/** The API paths of objects, and messages about lists that were read. */
import { type ApiKind, resourceName } from '../../kinds/index.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import { DEFAULT_LIMITS, withThousands } from '../../sources/limits.ts'
import type { Query } from './connection.ts'
import { StatusError } from './errors.ts'
import type { LiveList, LiveRequest } from './types.ts'

/** The location of a list or object; `apiVersion` includes the version. */
export interface ApiPlace {
  readonly kind: ApiKind
  /** undefined for all namespaces. */
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly labelSelector: string | undefined
}

/** The result of reading one place. */
export interface Read {
  readonly documents: readonly SourceDocument[]
  readonly lists: readonly LiveList[]
  readonly problems: readonly SourceProblem[]
}

/** A list that was read again. */
export interface Reloaded {
  readonly documents: readonly SourceDocument[]
  readonly list: LiveList
}

export const NOTHING: Read = { documents: [], lists: [], problems: [] }

export const joined = (results: readonly Read[]): Read => ({
  documents: results.flatMap(({ documents }) => documents),
  lists: results.flatMap(({ lists }) => lists),
  problems: results.flatMap(({ problems }) => problems),
})

export function pathOf({ kind, namespace }: ApiPlace, version: string): string {
  const root = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${root}${scope}/${kind.plural}`
}

export const apiVersionOf = ({ group }: ApiKind, version: string): string =>
  group === '' ? version : `${group}/${version}`

export const isStatus = (error: unknown, status: number): error is StatusError =>
  error instanceof StatusError && error.status === status

/** The server, or something behind it, failed. */
export const isFailure = (error: unknown): error is StatusError => error instanceof StatusError && error.status >= 500

const warning = (message: string, hint?: string): SourceProblem =>
  hint === undefined ? { severity: 'warning', message } : { severity: 'warning', message, hint }

/** The problem that a server fails for a kind that is not modelled. @param place context and server */
export const unanswered = (kind: ApiKind, { status, message }: StatusError, place: string): SourceProblem =>
  warning(
    `${place}: the server fails for ${resourceName(kind)} (${status}${message === '' ? '' : `: ${message}`}): the result may be incomplete`,
    'an API or webhook behind the server may be down; `kubectl get apiservices` shows the former',
  )

/** The places of a request: one per namespace and name. */
export function placesOf({ kind, namespaces, names, labelSelector }: LiveRequest): readonly ApiPlace[] {
  return (namespaces ?? [undefined]).flatMap((namespace) =>
    (names ?? [undefined]).map((name) => ({ kind, namespace, name, labelSelector })),
  )
}

/** The part of a request that selects objects of a list. */
export function queryOf({ labelSelector, name }: Pick<LiveList, 'labelSelector' | 'name'>): Query {
  return {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
  }
}

/** Problems with a list. @param unreadable the number of skipped items */
export function listProblems(
  kind: ApiKind,
  inconsistent: boolean,
  unreadable: number,
  context: string,
): SourceProblem[] {
  const name = resourceName(kind)
  const problems: SourceProblem[] = []
  if (inconsistent) {
    problems.push(
      warning(
        `context ${context}: the list of ${name} changed while it was read: objects of the last minutes may be missing`,
        'run the command again; a faster connection helps',
      ),
    )
  }
  if (unreadable > 0) {
    const depth = withThousands(DEFAULT_LIMITS.depth)
    problems.push(
      warning(
        `context ${context}: items of the list of ${name} left out: ${unreadable}`,
        `they are not objects, or nest deeper than the limit of ${depth} levels`,
      ),
    )
  }
  return problems
}
