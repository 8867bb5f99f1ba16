/** Helm values that are written one by one, as in `helm --set` and in the parameters of an Argo CD Application. */
import type { JsonValue, PathStep } from '../../../sources/document.ts'
import { fieldAt, isMapping } from '../../../sources/mapping.ts'
import { type Layer, mergeLayers, within } from './layer.ts'

/** Larger indices and deeper names are not settings of Istio. */
const MOST_ITEMS = 100
const DEEPEST = 50

const NAME_PART = /\\(.)|\[(\d{1,3})\]|([.[\]])|([^\\.[\]]+)/gsy

/** The path in a name such as `meshConfig.discoverySelectors[0].matchLabels.a\.b`; undefined if it is not one. */
function pathOf(name: string): readonly PathStep[] | undefined {
  const path: PathStep[] = []
  let key: string | undefined
  NAME_PART.lastIndex = 0
  for (const [, escaped, index, separator, text] of name.matchAll(NAME_PART)) {
    if (escaped !== undefined || text !== undefined) key = (key ?? '') + (escaped ?? text)
    else {
      if (key !== undefined) path.push(key)
      key = undefined
      if (index !== undefined && Number(index) < MOST_ITEMS) path.push(Number(index))
      else if (separator !== '.') return undefined
    }
  }
  if (key !== undefined) path.push(key)
  return path.length > 0 && path.length <= DEEPEST ? path : undefined
}

/** A value as Helm reads it: numbers, booleans, null and `{a,b}` are not strings unless they are forced to be. */
function valueOf(text: string, forceString: boolean): JsonValue {
  if (forceString) return text
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(text)) return Number(text)
  if (text.startsWith('{') && text.endsWith('}')) return text.slice(1, -1).split(',')
  return text
}

/** A value inside mappings and lists. */
function nested(path: readonly PathStep[], value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, step) => {
    if (typeof step === 'number') return [...Array.from({ length: step }, () => null), inner]
    const mapping: Record<string, JsonValue> = Object.create(null)
    mapping[step] = inner
    return mapping
  }, value)
}

/** More parameters are not read. */
const MOST_PARAMETERS = 1_000

/**
 * @param parameters a list of `{name, value, forceString}`
 * @returns undefined when there are none
 */
export function layerOfParameters(parameters: Layer | undefined): Layer | undefined {
  if (!parameters || !Array.isArray(parameters.value)) return undefined
  const layers = parameters.value.slice(0, MOST_PARAMETERS).map((item, index): Layer | undefined => {
    const name = fieldAt(item, 'name')
    const value = fieldAt(item, 'value')
    const path = typeof name === 'string' ? pathOf(name) : undefined
    const written = within(parameters, index, 'value')
    if (!isMapping(item) || !path || typeof value !== 'string' || !written) return undefined
    return { value: nested(path, valueOf(value, item.forceString === true)), at: () => written.at([]) }
  })
  return mergeLayers(...layers)
}
