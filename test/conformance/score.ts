/** Scores a computed message against a golden file. */
import {
  type ComparedKind,
  compareResources,
  type DifferentResource,
  differencesOf,
  type NamedResources,
  namedResources,
} from '../../src/comparison/index.ts'
import type { JsonValue } from '../../src/sources/document.ts'

/** A release's differences from a golden file, by resource. */
export interface Delta {
  readonly changed?: { readonly [resource: string]: JsonValue }
  readonly removed?: readonly string[]
}

export interface Score {
  readonly matched: number
  readonly differences: readonly { readonly resource: string; readonly why: string }[]
}

function withDelta(golden: NamedResources, { changed = {}, removed = [] }: Delta): NamedResources {
  const out = new Map([...golden, ...Object.entries(changed)])
  for (const name of removed) out.delete(name)
  return out
}

const excerpt = (value: JsonValue | undefined): string =>
  value === undefined ? 'absent' : JSON.stringify(value).slice(0, 300)

/** The first difference, which is enough to start with. */
function reasonOf({ expected, actual }: DifferentResource): string {
  if (expected === undefined) return 'not in the golden file'
  const [first] = differencesOf(expected, actual)
  const path = first?.path.map((step) => `.${step}`).join('') || '.'
  return `${path}: want ${excerpt(first?.expected)}, got ${excerpt(first?.actual)}`
}

/**
 * @param golden the golden file's JSON
 * @param skip resources that the reference orders at random
 * @param delta the release's differences from the golden file
 */
export function score(
  kind: ComparedKind,
  golden: JsonValue,
  actual: JsonValue,
  skip: ReadonlySet<string>,
  delta: Delta = {},
): Score {
  const want = withDelta(namedResources(kind, golden), delta)
  const { matched, different } = compareResources(want, namedResources(kind, actual), skip)
  return { matched, differences: different.map((each) => ({ resource: each.name, why: reasonOf(each) })) }
}
