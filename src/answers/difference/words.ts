/** Fields, values and counts in words. */

import type { ChangedField, Difference, EffectKind, ResourceKind } from '../../difference/model.ts'
import type { Mark } from '../../findings/changes/index.ts'
import { counted } from '../../formats/counted.ts'
import type { Style } from '../../formats/spans.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { changesText, type DifferenceAnswer } from './answer.ts'
import { resourceCounts } from './resources.ts'

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
/** An item of a list that is called by its name. */
const NAMED_ITEM = /^(?:name|clusterName|key)=/

function stepText(step: PathStep, isFirst: boolean): string {
  if (typeof step === 'number' || NAMED_ITEM.test(step)) return `[${step}]`
  if (IDENTIFIER.test(step)) return isFirst ? step : `.${step}`
  return `[${JSON.stringify(step)}]`
}

/** `spec.http[0].route`, `virtualHosts[name=a:80].routes` */
export const pathText = (path: readonly PathStep[]): string =>
  path.map((step, index) => stepText(step, index === 0)).join('')

/** Longer values are cut. */
const LONGEST = 120

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' && value !== '' && /^[\w./:@*-]+$/.test(value) ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
}

/** `spec.ports[0].number: 80 -> 81`, `+ spec.location: MESH_EXTERNAL`, `- spec.location: MESH_EXTERNAL` */
export function fieldText({ path, before, after }: ChangedField): string {
  const name = path.length === 0 ? 'the object' : pathText(path)
  if (before === undefined) return `+ ${name}: ${valueText(after)}`
  if (after === undefined) return `- ${name}: ${valueText(before)}`
  return `~ ${name}: ${valueText(before)} -> ${valueText(after)}`
}

/** Effects that users do not want, unless they know of them. */
export const BAD_EFFECTS: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'vip-change',
  'vip-gone',
  'listener-lost',
  'unreachable',
  'conflict-new',
  'finding-new',
])

export const MARK_WORDS = { '+': 'added', '~': 'changed', '-': 'removed' } as const satisfies Record<Mark, string>

export const MARK_STYLES: Readonly<Record<Mark, Style>> = { '+': 'good', '~': 'warning', '-': 'error' }

/** Singular and plural. */
const KIND_WORDS: Readonly<Record<ResourceKind, readonly [one: string, several: string]>> = {
  nds: ['name', 'names'],
  lds: ['listener', 'listeners'],
  cds: ['cluster', 'clusters'],
  eds: ['load assignment', 'load assignments'],
  rds: ['route configuration', 'route configurations'],
}

export const kindWord = (kind: ResourceKind): string => KIND_WORDS[kind][0]

/** `3 listeners, 1 cluster`; empty if nothing differs */
export const resourcesText = ({ groups }: Difference): string =>
  [...resourceCounts(groups)].map(([kind, count]) => counted(count, ...KIND_WORDS[kind])).join(', ')

export function effectCounts({ effects }: Pick<Difference, 'effects'>): ReadonlyMap<EffectKind, number> {
  const counts = new Map<EffectKind, number>()
  for (const { effect } of effects) counts.set(effect.kind, (counts.get(effect.kind) ?? 0) + 1)
  return counts
}

/** `2 route-change, 1 vip-change` */
export const effectsText = (difference: Pick<Difference, 'effects'>): string =>
  [...effectCounts(difference)].map(([kind, count]) => `${count} ${kind}`).join(', ')

/** The answer in one line. */
export function headline({ difference, onlyText, noun, unlisted }: DifferenceAnswer): string {
  const { changes, effects, groups } = difference
  const count = changes.length + unlisted
  const objects = count === 0 ? `no ${noun} changes` : `${changesText(count, noun)} changed`
  if (effects.length === 0 && groups.length === 0) {
    const kinds = unmodelledKinds(difference).join(', ')
    if (kinds !== '') return `${objects}; no effect found, but vipctl does not model ${kinds}`
    if (count > 0) return `${objects}, and the compared proxies get the same as before`
    return onlyText ? 'only comments, layout and order changed' : 'nothing changes'
  }
  return `${objects}, ${counted(effects.length, 'effect')}`
}

/** What was not compared, and how to compare it. */
export function limitsText({ difference, noun, unlisted }: DifferenceAnswer): readonly string[] {
  const { folded, leftOut } = difference
  return [
    ...(unlisted > 0 ? [`${changesText(unlisted, noun)} without an effect here: vipctl releases lists all`] : []),
    ...(folded > 0
      ? [
          `${counted(folded, 'namespace')} with unchanged objects of their own: their sidecars are taken to get the same as ` +
            'those of other namespaces; -n NAMESPACE compares those of one',
        ]
      : []),
    ...(leftOut > 0
      ? [`${counted(leftOut, 'workload')}: the sidecars of their namespaces stand for them; --proxy compares one`]
      : []),
  ]
}

const unmodelledKinds = ({ changes }: Difference): readonly string[] => {
  const unknown = changes.filter(({ isModelled }) => !isModelled)
  return [...new Set(unknown.map(({ kind }) => kind))].sort()
}

/** What vipctl cannot say about changes of kinds that it does not model. */
export function unmodelledText(difference: Difference): string | undefined {
  const unknown = difference.changes.filter(({ isModelled }) => !isModelled)
  if (unknown.length === 0) return undefined
  const names = unmodelledKinds(difference).join(', ')
  return `${counted(unknown.length, 'changed object')} of kinds that vipctl does not model: ${names}`
}
