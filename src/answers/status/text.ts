/** The status of objects of the Gateway API for people: one line per condition. */
import type { Condition, ObjectStatus } from '../../derivation/status.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { describeResource } from '../../kinds/resource.ts'
import { type ConditionDifference, type StatusPart, statusParts } from './differences.ts'

const INDENT = '  '

/** Conditions that should be false. */
const UNWANTED: ReadonlySet<string> = new Set(['Conflicted', 'InsecureFrontendValidationMode'])
/** The reason of a condition that is true although something is wrong. */
const DOUBTFUL = 'ListenersNotValid'

/** Whether a condition is as its user wishes. */
const isWished = ({ type, status, reason }: Condition): boolean =>
  (status === 'True') !== UNWANTED.has(type) && reason !== DOUBTFUL

function conditionLine(condition: Condition, indent: string): Line {
  const { type, status, reason, message, location } = condition
  const style = isWished(condition) ? 'good' : status === 'True' ? 'warning' : 'error'
  const at = !isWished(condition) && location ? [' ', styled('dim', `(${location.toString()})`)] : []
  return [`${indent}${type} `, styled(style, status), ` ${reason}: ${message}`, ...at]
}

const words = (side: { readonly status: string; readonly reason: string } | undefined): string =>
  side ? `${side.status} ${side.reason}` : 'absent'

function differenceLine({ type, stored, computed }: ConditionDifference, indent: string): Line {
  return [indent, styled('warning', `stored: ${type} is ${words(stored)}, computed is ${words(computed)}`)]
}

function* partLines({ label, conditions, differences }: StatusPart): Iterable<Line> {
  const indent = label === '' ? INDENT : INDENT + INDENT
  if (label !== '') yield [INDENT, styled('name', label)]
  for (const condition of conditions) yield conditionLine(condition, indent)
  for (const difference of differences) yield differenceLine(difference, indent)
}

function* objectLines(status: ObjectStatus): Iterable<Line> {
  const { resource } = status
  yield [styled('heading', describeResource(resource)), ' ', styled('dim', resource.location.toString())]
  const parts = statusParts(status)
  if (parts.length === 0) yield [INDENT, styled('warning', 'istiod has none of its parents, and writes no conditions')]
  for (const part of parts) yield* partLines(part)
}

/** @param width that of the terminal; undefined for lines of any length */
export function* statusLines(statuses: readonly ObjectStatus[], width: number | undefined): Iterable<Line> {
  for (const [index, status] of statuses.entries()) {
    if (index > 0) yield []
    for (const line of objectLines(status)) yield* wrapLine(line, width, INDENT.repeat(3))
  }
}
