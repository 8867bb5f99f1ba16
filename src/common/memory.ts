/**
 * Keeps results from one computation of a mesh to the next, so that a change of one object computes again only what
 * depends on it. Without a memory nothing is kept, and nothing is slower.
 */

/** A result, and what it was computed from besides the object that it is kept for. */
interface Kept {
  readonly inputs: readonly unknown[]
  readonly result: unknown
}

type Results = WeakMap<object, Kept>

/** The same value; for a list, the same items. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!isSame(a[index], b[index])) return false
  return true
}

function equalMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false
  // The order of a map is a fact too.
  const others = b.entries()
  for (const entry of a) if (!equalFacts(entry, others.next().value)) return false
  return true
}

/** Whether two values of plain data (lists, maps, sets, objects, primitives) are equal. */
function equalFacts(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (a instanceof Map) return equalMaps(a, b as ReadonlyMap<unknown, unknown>)
  if (a instanceof Set) return equalFacts([...a], [...(b as ReadonlySet<unknown>)])
  const keys = Object.keys(a)
  const values = b as Readonly<Record<string, unknown>>
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(values, key) && equalFacts((a as typeof values)[key], values[key]))
  )
}

/** What one user of the stages keeps, such as a watch or an editor. */
export class Memory {
  readonly #results = new Map<unknown, Results>()
  readonly #facts = new Map<string, { readonly facts: unknown; readonly value: unknown }>()
  readonly #own = new Map<unknown, unknown>()

  /**
   * The result of `compute`, or that of the last time, if the inputs are the same as then.
   * @param stage identifies what is computed
   * @param object what it is computed for; the result lives as long as this object
   * @param inputs everything else that it is computed from: identical values, or lists of identical values
   */
  recall<V>(stage: unknown, object: object, inputs: readonly unknown[], compute: () => V): V {
    let results = this.#results.get(stage)
    if (!results) {
      results = new WeakMap()
      this.#results.set(stage, results)
    }
    const known = results.get(object)
    if (known && areSame(known.inputs, inputs)) return known.result as V
    const result = compute()
    results.set(object, { inputs, result })
    return result
  }

  /**
   * The value of the last time if the facts are equal to those of then, so that what depends on it is kept.
   * @param name identifies the value; there is one per memory
   * @param facts plain data that determines the value
   */
  unlessChanged<V>(name: string, value: V, facts: unknown = value): V {
    const known = this.#facts.get(name)
    if (known && equalFacts(known.facts, facts)) return known.value as V
    this.#facts.set(name, { facts, value })
    return value
  }

  /** The memory's only object of a class, for a stage that keeps more than results by object. */
  own<T>(type: new () => T): T {
    const known = this.#own.get(type)
    if (known) return known as T
    const made = new type()
    this.#own.set(type, made)
    return made
  }
}

/**
 * A function whose results a memory keeps.
 * @param compute must depend on nothing but its arguments, compared as in `recall`
 * @returns the function with the memory as its first argument; without one, every call computes
 */
export function keeping<K extends object, A extends readonly unknown[], V>(
  compute: (object: K, ...inputs: A) => V,
): (memory: Memory | undefined, object: K, ...inputs: A) => V {
  return (memory, object, ...inputs) =>
    memory ? memory.recall(compute, object, inputs, () => compute(object, ...inputs)) : compute(object, ...inputs)
}
