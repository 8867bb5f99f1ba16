import type { Behaviour } from '../behaviour.ts'

/** EnvoyFilters. */
export const PATCHES = {
  'merge-and-replace-list': {
    does: 'EnvoyFilters have the operation MERGE_AND_REPLACE_LIST.',
    touches: ['validation', 'lds', 'cds', 'eds', 'rds'],
    since: ['1.31.0'],
    upgrade: 'None: such an EnvoyFilter was refused before.',
    source: '#60553',
  },
  'patches-of-waypoints': {
    does: 'EnvoyFilters have the context WAYPOINT.',
    touches: ['validation'],
    since: ['1.29.0'],
    upgrade: 'None: such an EnvoyFilter was refused before.',
    source: '#57970',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
