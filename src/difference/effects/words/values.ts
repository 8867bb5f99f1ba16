/** Values of resources in words, for fields that have no words of their own. */
import { differencesOf } from '../../../comparison/index.ts'
import type { JsonValue, PathStep } from '../../../sources/document.ts'

const LONGEST = 40

/** A value of JSON on one line, cut if it is long. */
export function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const characters = [...text]
  return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST - 3).join('')}...`
}

/** `a.b[0].c` */
function pathText(path: readonly PathStep[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

const isContainer = (value: JsonValue | undefined): boolean => typeof value === 'object' && value !== null

/** Lists and messages are not printed. */
function leafText(path: string, before: JsonValue | undefined, after: JsonValue | undefined): string {
  if (!isContainer(before) && !isContainer(after)) return `${path} ${valueText(before)} -> ${valueText(after)}`
  if (before === undefined) return `${path} is new`
  return after === undefined ? `${path} is removed` : `${path} is replaced`
}

/** More differences of one part than this are summed up. */
const MOST_LEAVES = 4

/** One phrase per place at which two values differ: `maxRetries 3 -> 5`; one for all if there are many. */
export function leafTexts(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly PathStep[] = [],
): readonly string[] {
  const texts = [...differencesOf(before, after, path)].map(({ path: at, expected, actual }) =>
    leafText(pathText(at) || 'everything', expected, actual),
  )
  return texts.length <= MOST_LEAVES ? texts : [`${texts.length} settings differ, the first is ${texts[0]}`]
}

/** A copy as the proxy receives it: plain JSON, without fields that are not set. */
export function received<R>(resource: object): R {
  return JSON.parse(JSON.stringify(resource)) as R
}
