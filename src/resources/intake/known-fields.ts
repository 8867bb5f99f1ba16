/** Objects as the istiod of a certain release reads them. */
import { kindOf } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Features } from '../mesh/features.ts'
import { asRead } from '../mesh/known-fields.ts'
import type { UnknownField } from '../snapshot.ts'
import type { Intake } from './intake.ts'

/**
 * Removes from the objects what this istiod does not read.
 * @returns the same intake when nothing was removed
 */
export function intakeAsRead(intake: Intake, features: Features): Intake {
  const changed = new Map<Resource, Resource>()
  const unknownFields: UnknownField[] = []
  for (const resource of intake.resources) {
    const definition = kindOf(resource.apiVersion, resource.kind)
    if (!definition?.istio || intake.rejected.has(resource)) continue
    const { value: spec, unread } = asRead(definition.spec, resource.spec, features, ['spec'])
    if (unread.length === 0) continue
    const kept = resource.with({ spec })
    changed.set(resource, kept)
    unknownFields.push(...unread.map((issue) => ({ ...issue, resource: kept })))
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
