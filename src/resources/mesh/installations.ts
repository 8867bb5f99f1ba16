/** The versions of Istio in the objects that install istiod: IstioOperators and those of the Sail operator. */

import type { Resource } from '../../kinds/resource.ts'
import { ISTIO_OPERATOR, SAIL_ISTIO, SAIL_ISTIO_REVISION } from '../../kinds/unmodelled/operators.ts'
import { type IstioVersion, parseIstioVersion } from '../../releases/version.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { valueAt } from '../../sources/mapping.ts'

/** An object that states the version of Istio. */
export interface Installation {
  readonly resource: Resource
  readonly version: IstioVersion
}

/** Where the kinds have the version, best first. */
const PATHS: ReadonlyMap<string, readonly (readonly PathStep[])[]> = new Map([
  [ISTIO_OPERATOR.kind, [['values', 'pilot', 'tag'], ['values', 'global', 'tag'], ['tag']]],
  [SAIL_ISTIO.kind, [['version']]],
  [SAIL_ISTIO_REVISION.kind, [['version']]],
])

/** @param resources of the input whose kinds are not modelled, with their specs as written */
export function installationsOf(resources: readonly Resource[]): readonly Installation[] {
  return resources.flatMap((resource) => {
    if (resource.cluster !== '') return []
    for (const path of PATHS.get(resource.kind) ?? []) {
      const value = valueAt(resource.spec as JsonValue, path)
      const version = typeof value === 'string' ? parseIstioVersion(value) : undefined
      if (version) return [{ resource, version }]
    }
    return []
  })
}

/**
 * The installation that applies: of the revision with its name if one is asked for, otherwise the last.
 * @returns undefined when there is none
 */
export function chooseInstallation(
  installations: readonly Installation[],
  revision: string | undefined,
): Installation | undefined {
  return installations.findLast(({ resource }) => resource.meta.name === revision) ?? installations.at(-1)
}
