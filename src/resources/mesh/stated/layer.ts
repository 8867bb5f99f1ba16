/** JSON from the input with the locations of its parts, and how Helm merges it. */
import { type JsonValue, type PathStep, placeOf, type SourceDocument } from '../../../sources/document.ts'
import { Location } from '../../../sources/location.ts'
import { isMapping, valueAt } from '../../../sources/mapping.ts'

/** A value, and where each part of it is written. */
export interface Layer {
  readonly value: JsonValue
  /** The location of the part at a path, or of the nearest part around it that is written. */
  at(path: readonly PathStep[]): Location
}

export const layerOf = (document: SourceDocument, path: readonly PathStep[] = []): Layer => {
  const place = placeOf(document)
  return {
    value: valueAt(document.value, path) ?? null,
    at: (steps) => new Location(place, [...path, ...steps]),
  }
}

/** The part of a layer at a path; undefined when it is absent or null. */
export function within(layer: Layer, ...path: readonly PathStep[]): Layer | undefined {
  const value = valueAt(layer.value, path)
  if (value === undefined || value === null) return undefined
  return { value, at: (steps) => layer.at([...path, ...steps]) }
}

/** A layer whose parts are all written at one place. */
export const fixedLayer = (value: JsonValue, location: Location): Layer => ({ value, at: () => location })

function merged(base: JsonValue, over: JsonValue): JsonValue {
  if (!isMapping(base) || !isMapping(over)) return over
  const out: Record<string, JsonValue> = Object.assign(Object.create(null), base)
  for (const [key, value] of Object.entries(over)) {
    out[key] = Object.hasOwn(out, key) ? merged(out[key] as JsonValue, value) : value
  }
  return out
}

/** The number of steps of a path that a value has. */
function depthIn(value: JsonValue, path: readonly PathStep[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    if (valueAt(value, path.slice(0, depth)) !== undefined) return depth
  }
  return 0
}

/**
 * Layers over each other as Helm merges values: mappings by key, everything else as a whole.
 * @param layers the last one overrides the others; absent ones are skipped
 */
export function mergeLayers(...layers: readonly (Layer | undefined)[]): Layer | undefined {
  const stated = layers.filter((layer) => layer !== undefined)
  const [first, ...others] = stated
  if (!first || others.length === 0) return first
  const value = others.reduce<JsonValue>((sum, layer) => merged(sum, layer.value), first.value)
  return {
    value,
    at(path) {
      const depths = stated.map((layer) => depthIn(layer.value, path))
      return (stated[depths.lastIndexOf(Math.max(...depths))] as Layer).at(path)
    },
  }
}
