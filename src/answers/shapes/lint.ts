import type { Place } from './place.ts'
import type { IstioRelease } from './release.ts'

/** A place with its end, which is behind the last character, on the same line. */
export interface LintPlace extends Place {
  readonly endLine: number
  readonly endColumn: number
}

/** A fix that was applied in memory: the finding was gone, and no other had appeared. */
export interface LintFix {
  readonly title: string
  /** `vipctl lint --fix` makes it, because it changes nothing else. */
  readonly safe: boolean
  readonly proven: true
  /** YAML: one merge patch for each object, with comments that explain how to use it. */
  readonly change: string
}

/** What a rule finds about an object. */
export interface LintFinding {
  /** The rule's ID; its page is `docs/rules/ID.md`. */
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'info'
  /** A sentence without a full stop about the problem and its effect. */
  readonly message: string
  readonly object: {
    readonly kind: string
    readonly namespace: string
    readonly name: string
    /** The ID of a remote cluster. */
    readonly cluster?: string
  }
  readonly location: LintPlace
  /** Other places that matter, such as the winner of a conflict. */
  readonly related: readonly { readonly message: string; readonly location: LintPlace }[]
  /** The namespaces of the affected proxies, sorted; empty when the finding does not depend on proxies. */
  readonly namespaces: readonly string[]
  /** How many findings this one stands for, because one change ends all of them. */
  readonly count?: number
  readonly fix: LintFix | null
}

/** What lint finds in a mesh. */
export interface LintReport {
  readonly istio: IstioRelease
  /** By file, document and line. */
  readonly findings: readonly LintFinding[]
  /** How many findings there are of each severity. */
  readonly summary: { readonly error: number; readonly warning: number; readonly info: number }
  /** How many objects were not checked, by kind, because what they do is not modelled. */
  readonly notChecked: Readonly<Record<string, number>>
}
