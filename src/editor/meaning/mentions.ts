/** What the values of objects name: hosts, subsets, gateways, other objects, and the workloads that they select. */
import { isMap } from '../../common/collections.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { PathStep } from '../../sources/document.ts'
import type { Mention } from './mention.ts'
import { RULES } from './rules.ts'

/** A field of a decoded message, or of a map. */
function fieldOf(value: unknown, name: string): unknown {
  if (isMap(value)) return value.get(name)
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

function* valuesAt(
  value: unknown,
  [first, ...rest]: readonly string[],
  path: readonly PathStep[],
): Iterable<readonly [path: readonly PathStep[], value: unknown]> {
  if (value === undefined || value === null) return
  if (first === undefined) yield [path, value]
  else if (first !== '*') yield* valuesAt(fieldOf(value, first), rest, [...path, first])
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* valuesAt(item, rest, [...path, index])
}

/** The kind with its group where two kinds share a name. */
const kindOf = ({ kind, apiVersion }: Pick<Resource, 'kind' | 'apiVersion'>): string =>
  kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/') ? 'KubernetesGateway' : kind

/** The name of an object as other objects use it. */
function objectName(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`
}

/** Everything that an object names, with the object itself. */
export function mentionsOf(resource: Resource): readonly Mention[] {
  const { meta } = resource
  const kind = kindOf(resource)
  const own: Mention = {
    path: ['metadata', 'name'],
    topic: 'object',
    role: 'definition',
    name: objectName(kind, meta.namespace, meta.name),
  }
  const root = { spec: resource.spec, metadata: { name: meta.name } }
  const rules = RULES.get(kind) ?? []
  const found = rules.flatMap(({ at, find }) =>
    [...valuesAt(root, at, [])].flatMap(([path, value]) =>
      find(value, resource).map(({ steps = [], ...rest }) => ({ ...rest, path: [...path, ...steps] })),
    ),
  )
  return meta.name === '' ? found : [own, ...found]
}
