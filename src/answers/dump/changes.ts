/** A dump compared with that of an earlier mesh. */

import { sameData } from '../../comparison/index.ts'
import { type Comparison, markChanges } from '../../findings/changes/index.ts'
import type { ObjectChange } from '../../resources/intake/overlay.ts'
import { changeMessages, objectChangeMessage } from '../changes/message.ts'
import type { VerdictMessage } from '../validation/message.ts'
import type { DumpMessage, NameTableMessage } from './message.ts'

type Named = readonly [name: string, value: unknown]

const NAMED: Comparison<Named> = {
  keyOf: ([name]) => name,
  same: ([, before], [, after]) => sameData(before, after),
}

/** xDS resources by the name field of each kind. */
function* byName(resources: readonly object[]): Iterable<Named> {
  for (const resource of resources) {
    const { name, clusterName } = resource as { readonly name?: string; readonly clusterName?: string }
    yield [clusterName ?? name ?? '', resource]
  }
}

/** Verdicts by object. */
const byObject = (verdicts: readonly VerdictMessage[]): readonly Named[] =>
  verdicts.map((verdict) => [`${verdict.kind} ${verdict.namespace}/${verdict.name}`, verdict])

const tableOf = ({ table }: NameTableMessage): readonly Named[] => Object.entries(table ?? {})

const valuesOf = <T>(named: readonly Named[]): readonly T[] => named.map(([, value]) => value as T)

/** The current items of a part, all or only changed ones, and the changes. */
function comparePart(before: Iterable<Named>, after: Iterable<Named>, onlyChanges: boolean) {
  const marked = markChanges(before, after, NAMED)
  const shown = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
  return {
    items: shown.map(({ item }) => item),
    changes: changeMessages(
      marked,
      ([name]) => name,
      ([, value]) => value,
    ),
  }
}

/**
 * A dump compared with that of an earlier mesh: with `changes` per part, and the objects that files changed.
 * @param onlyChanges omits what is unchanged
 */
export function markedDumpMessage(
  before: DumpMessage,
  after: DumpMessage,
  objects: readonly ObjectChange[],
  onlyChanges: boolean,
): object {
  const compare = (was: Iterable<Named>, is: Iterable<Named>) => comparePart(was, is, onlyChanges)
  const allocation = compare(Object.entries(before.allocation), Object.entries(after.allocation))
  const validation = compare(byObject(before.validation), byObject(after.validation))
  const nds = compare(tableOf(before.nds), tableOf(after.nds))
  const lds = compare(byName(before.lds), byName(after.lds))
  const cds = compare(byName(before.cds), byName(after.cds))
  const eds = compare(byName(before.eds), byName(after.eds))
  const rds = compare(byName(before.rds), byName(after.rds))
  const parts = { allocation, validation, nds, lds, cds, eds, rds }
  return {
    allocation: Object.fromEntries(allocation.items),
    validation: valuesOf(validation.items),
    nds: nds.items.length === 0 ? {} : { table: Object.fromEntries(nds.items) },
    lds: valuesOf(lds.items),
    cds: valuesOf(cds.items),
    eds: valuesOf(eds.items),
    rds: valuesOf(rds.items),
    ...(after.assumed && { assumed: after.assumed }),
    changes: {
      objects: objects.map(objectChangeMessage),
      ...Object.fromEntries(Object.entries(parts).map(([name, { changes }]) => [name, changes])),
    },
  }
}
