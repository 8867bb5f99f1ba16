/** What patches did to one resource, and how it is explained. */
import { describeResource } from '../../../kinds/resource.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping } from '../../../sources/mapping.ts'
import type { Origin } from '../../explained.ts'
import type { Patch, PatchEffect, ProxyPatches, ResourceEffect } from '../plan/patches.ts'

/** Collects the effects on one resource, and passes them on to the proxy's recorder. */
export class Effects {
  readonly list: PatchEffect[] = []
  readonly #of: Pick<ResourceEffect, 'kind' | 'resource'>
  readonly #record: ProxyPatches['record']

  constructor(kind: ResourceEffect['kind'], resource: string, record: ProxyPatches['record']) {
    this.#of = { kind, resource }
    this.#record = record
  }

  add(effect: PatchEffect): void {
    this.list.push(effect)
    this.#record?.({ ...effect, ...this.#of })
  }
}

/** Fields that one sentence lists. */
const MOST_FIELDS = 4

/** The paths of fields that differ; a list is one field. */
function* changedFields(before: JsonValue | undefined, after: JsonValue | undefined, path = ''): Iterable<string> {
  if (before === after) return
  if (!isMapping(before) || !isMapping(after)) {
    if (JSON.stringify(before) !== JSON.stringify(after)) yield path
    return
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* changedFields(fieldAt(before, key), fieldAt(after, key), path === '' ? key : `${path}.${key}`)
  }
}

function fieldsText(before: JsonValue, after: JsonValue): string {
  const fields = [...changedFields(before, after)]
  if (fields.length === 0) return 'changes nothing'
  const more = fields.length - MOST_FIELDS
  return `changes ${fields.slice(0, MOST_FIELDS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** What a patch did, in words that follow its operation. */
function effectText({ before, after, failure }: PatchEffect): string {
  if (failure !== undefined) return `makes istiod panic: ${failure}`
  if (before === undefined) return 'adds it'
  return after === undefined ? 'removes it' : fieldsText(before, after)
}

/** The place of a patch in its EnvoyFilter, from 1 as people count. */
const patchName = ({ index }: Patch): string => `patch ${index + 1}`

/** The origins of what patches changed, one per effect. */
export function originsOf(effects: readonly PatchEffect[]): readonly Origin[] {
  return effects.map((effect) => {
    const { patch, part } = effect
    const where = part.length > 0 ? ` (${part.join(', ')})` : ''
    return {
      what: describeResource(patch.filter),
      location: patch.filter.location.child('spec', 'configPatches', patch.index),
      why: `${patchName(patch)}, ${patch.operation} of ${patch.applyTo}, ${effectText(effect)}${where}`,
    }
  })
}
