/** Whether two messages mean the same, resource by resource, and at which paths they differ. */
export { compareResources, type DifferentResource } from './compare.ts'
export { differencesOf } from './differences.ts'
export { COMPARED_KINDS, type ComparedKind, ordered } from './order.ts'
export { type NamedResources, namedResources } from './resources.ts'
export { sameData } from './same-data.ts'
