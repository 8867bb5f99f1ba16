/** Objects as the istiod of a certain release reads them. */
import { keepingEach, type Memory } from '../../common/memory.ts'
import { kindOf } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { DecodeIssue } from '../../kinds/schema/index.ts'
import type { Features } from '../mesh/features.ts'
import { asRead } from '../mesh/known-fields.ts'
import type { UnknownField } from '../snapshot.ts'
import type { Intake } from './intake.ts'

const NOTHING: readonly DecodeIssue[] = []

interface ReadResource {
  readonly resource: Resource
  /** The same resource when every field was read. */
  readonly kept: Resource
  readonly unread: readonly DecodeIssue[]
}

const resourcesAsRead = keepingEach((resource: Resource, _: undefined, features: Features): ReadResource => {
  const definition = kindOf(resource.apiVersion, resource.kind)
  if (!definition?.istio) return { resource, kept: resource, unread: NOTHING }
  const { value: spec, unread } = asRead(definition.spec, resource.spec, features, ['spec'])
  return { resource, kept: unread.length === 0 ? resource : resource.with({ spec }), unread }
})

/**
 * Removes from the objects what this istiod does not read.
 * @returns the same intake when nothing was removed
 */
export function intakeAsRead(intake: Intake, features: Features, memory?: Memory): Intake {
  const changed = new Map<Resource, Resource>()
  const unknownFields: UnknownField[] = []
  const { resources, rejected } = intake
  const accepted = rejected.size === 0 ? resources : resources.filter((resource) => !rejected.has(resource))
  for (const { resource, kept, unread } of resourcesAsRead(memory, '', accepted, [], features)) {
    if (unread.length === 0) continue
    changed.set(resource, kept)
    for (const issue of unread) unknownFields.push({ ...issue, resource: kept })
  }
  if (changed.size === 0) return intake
  const known = (resource: Resource): Resource => changed.get(resource) ?? resource
  return {
    ...intake,
    resources: intake.resources.map(known),
    replacing: new Set([...intake.replacing].map(known)),
    unknownFields: [
      ...intake.unknownFields.map((field) => ({ ...field, resource: known(field.resource) })),
      ...unknownFields,
    ],
  }
}
