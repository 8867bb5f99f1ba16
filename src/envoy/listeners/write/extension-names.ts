/** The extensions that listeners ask for by name (ECDS). */
import { isMapping, type JsonMapping, listAt, mappingAt, textAt } from '../../../sources/mapping.ts'
import type { ExplainedListener } from './explained.ts'
import { chainsOf, filtersOf } from './resource.ts'

function* namesIn(filters: readonly unknown[]): Iterable<string> {
  for (const filter of filters as readonly JsonMapping[]) {
    if (isMapping(filter.configDiscovery)) yield textAt(filter, 'name')
    yield* namesIn(listAt(mappingAt(filter, 'typedConfig'), 'httpFilters'))
  }
}

/** The names that listeners ask for, with repeats. */
export function* extensionNamesOf(listeners: Iterable<ExplainedListener>): Iterable<string> {
  for (const { resource } of listeners) {
    yield* namesIn(resource.listenerFilters ?? [])
    for (const chain of chainsOf(resource)) yield* namesIn(filtersOf(chain))
  }
}
