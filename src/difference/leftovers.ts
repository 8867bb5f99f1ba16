/** Effects for differing resources that no other effect explains. */
import { differencesOf } from '../comparison/index.ts'
import type { Explained } from '../envoy/explained.ts'
import { describeResource } from '../kinds/resource.ts'
import type { JsonValue } from '../sources/document.ts'
import { sourcesOf } from './effects/draft.ts'
import {
  type Changed,
  type ComparedProxy,
  type Effect,
  RESOURCE_KINDS,
  type ResourceKind,
  type Source,
} from './model.ts'

const NOUNS: Readonly<Record<ResourceKind, string>> = {
  nds: 'name',
  lds: 'listener',
  cds: 'cluster',
  eds: 'endpoints',
  rds: 'route configuration',
}

const keyOf = (kind: ResourceKind, name: string): string => `${kind} ${name}`

const resourceOf = (fact: Explained<object> | undefined): JsonValue | undefined =>
  fact?.resource as JsonValue | undefined

function whatHappens({ before, after }: Changed<Explained<object>>): string {
  if (!before) return 'is new'
  if (!after) return 'is gone'
  const count = [...differencesOf(resourceOf(before), resourceOf(after))].length
  return count === 1 ? 'changes in one field' : `changes in ${count} fields`
}

function leftover(kind: ResourceKind, changed: Changed<Explained<object>>): Effect {
  const { name, before, after } = changed
  return {
    kind: 'resource-change',
    subject: { kind: kind === 'lds' ? 'listener' : kind === 'rds' ? 'route' : 'cluster', name },
    sentence: `the ${NOUNS[kind]} ${name} ${whatHappens(changed)}`,
    sources: { before: sourcesOf(before?.origins ?? []), after: sourcesOf(after?.origins ?? []) },
    covers: [{ kind, name }],
  }
}

/** A name without another effect differs in more than its addresses. */
function leftoverName({ name, before, after }: ComparedProxy['nds'][number]): Effect {
  const sources = (record: typeof before): readonly Source[] =>
    (record?.sources ?? []).map(({ service: { source } }) => ({
      what: describeResource(source),
      location: source.location,
    }))
  const happens = !before ? 'is new' : !after ? 'is gone' : 'changes'
  return {
    kind: 'resource-change',
    subject: { kind: 'host', name },
    sentence: `the entry of ${name} in the name table ${happens}`,
    sources: { before: sources(before), after: sources(after) },
    covers: [{ kind: 'nds', name }],
  }
}

/** @param effects what is already explained */
export function leftoversOf(compared: ComparedProxy, effects: readonly Effect[]): readonly Effect[] {
  const covered = new Set(effects.flatMap(({ covers }) => covers.map(({ kind, name }) => keyOf(kind, name))))
  return RESOURCE_KINDS.flatMap((kind): readonly Effect[] => {
    if (kind === 'nds') return compared.nds.filter(({ name }) => !covered.has(keyOf(kind, name))).map(leftoverName)
    const changed: readonly Changed<Explained<object>>[] = compared[kind]
    return changed.filter(({ name }) => !covered.has(keyOf(kind, name))).map((each) => leftover(kind, each))
  })
}
