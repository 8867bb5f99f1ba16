/** Label selectors with expressions (k8s.io/apimachinery meta/v1 LabelSelectorAsSelector). */
import type { KubernetesSelector } from '../kinds/messages/selector.ts'
import { selects } from '../kinds/resource.ts'
import { isLabelKey, isLabelValue } from './label-syntax.ts'

type Labels = ReadonlyMap<string, string>

interface Operator {
  /** Whether the operator may have these values. */
  readonly takes: (values: readonly string[]) => boolean
  readonly holds: (value: string | undefined, values: readonly string[]) => boolean
}

const some = (values: readonly string[]): boolean => values.length > 0
const none = (values: readonly string[]): boolean => values.length === 0

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['In', { takes: some, holds: (value, values) => value !== undefined && values.includes(value) }],
  ['NotIn', { takes: some, holds: (value, values) => value === undefined || !values.includes(value) }],
  ['Exists', { takes: none, holds: (value) => value !== undefined }],
  ['DoesNotExist', { takes: none, holds: (value) => value === undefined }],
])

function isValidRequirement({ key, operator, values }: KubernetesSelector['matchExpressions'][number]): boolean {
  return isLabelKey(key) && values.every(isLabelValue) && OPERATORS.get(operator)?.takes(values) === true
}

/** Whether Kubernetes accepts a selector. */
export function isValidSelector(selector: KubernetesSelector): boolean {
  for (const [key, value] of selector.matchLabels) if (!isLabelKey(key) || !isLabelValue(value)) return false
  return selector.matchExpressions.every(isValidRequirement)
}

/** @param selector a valid one; an empty one matches everything */
export function selectorMatches(selector: KubernetesSelector, labels: Labels): boolean {
  return (
    selects(selector.matchLabels, labels) &&
    selector.matchExpressions.every(({ key, operator, values }) =>
      OPERATORS.get(operator)?.holds(labels.get(key), values),
    )
  )
}
