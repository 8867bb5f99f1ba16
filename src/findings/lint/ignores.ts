/** Ignored findings: by annotations of objects, and by configuration. */
import { UserError } from '../../common/errors.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { nearest } from '../../common/nearest.ts'
import { describeResource, type Resource } from '../../kinds/resource.ts'
import { problemAt } from '../../resources/problems.ts'
import { objectLists, type Snapshot } from '../../resources/snapshot.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { isRuleId, RULE_IDS, ruleEntry } from './catalogue/list.ts'
import { matchesName, objectMatcher, pathMatcher } from './ignores-patterns.ts'
import type { LintFinding, RuleEntry } from './rule.ts'

/** Rules or patterns of rules, separated by commas: `tcp-port-conflict, headless-*`. */
export const IGNORE_ANNOTATION = 'vipctl.io/ignore'

const ISTIOCTL_CODE = /^IST\d{4}$/

/** An ignore of the configuration; it applies to everything that it does not restrict. */
export interface Ignore {
  /** A rule or a pattern of rules. */
  readonly rule: string
  /** `KIND/NAMESPACE/NAME` or `NAMESPACE/NAME`, with patterns. */
  readonly object: string | undefined
  /** A file or folder, with patterns. */
  readonly path: string | undefined
  readonly reason: string | undefined
}

export interface IgnoredFinding {
  readonly finding: LintFinding
  /** Where it is set: in the manifest or in the configuration. */
  readonly by: 'annotation' | 'configuration'
  readonly reason: string | undefined
}

export interface FilteredFindings {
  readonly kept: readonly LintFinding[]
  readonly ignored: readonly IgnoredFinding[]
  /** Ignores of the configuration that matched nothing. */
  readonly unused: readonly Ignore[]
}

/** Findings after ignored ones are separated. */
export type Remaining = Pick<FilteredFindings, 'kept' | 'ignored'>

/** A compiled ignore. */
interface Matcher {
  readonly ignore: Ignore
  readonly coversObject: (finding: LintFinding) => boolean
  readonly coversPath: (path: string) => boolean
}

const always = (): boolean => true

function matcherOf(ignore: Ignore): Matcher {
  const coversObject = ignore.object === undefined ? undefined : objectMatcher(ignore.object)
  return {
    ignore,
    coversObject: coversObject ? ({ object }) => coversObject(object) : always,
    coversPath: ignore.path === undefined ? always : pathMatcher(ignore.path),
  }
}

const namesOf = (list: string): string[] => list.split(',').map((name) => name.trim())

function isIgnoredByAnnotation({ rule, resource }: LintFinding): boolean {
  const { annotations } = resource.meta
  if (annotations.size === 0) return false
  const ignored = annotations.get(IGNORE_ANNOTATION)
  if (ignored !== undefined && namesOf(ignored).some((pattern) => matchesName(pattern, rule))) return true
  const suppressed = annotations.get(ANNOTATIONS.suppressAnalysis)
  if (suppressed === undefined || !isRuleId(rule)) return false
  const entry: RuleEntry = ruleEntry(rule)
  const codes = entry.answersTo.filter((code) => ISTIOCTL_CODE.test(code))
  return suppressed.split(',').some((code) => (code === '*' ? codes.length > 0 : codes.includes(code)))
}

/** Finds the first ignore that applies to a finding. */
class IgnoreFinder {
  readonly used = new Set<Ignore>()
  readonly #matchers: readonly Matcher[]
  readonly #byRule = new Map<string, readonly Matcher[]>()
  readonly #pathOf: (file: string) => string
  readonly #paths = new Map<string, string>()

  constructor(ignores: readonly Ignore[], pathOf: (file: string) => string) {
    this.#matchers = ignores.map(matcherOf)
    this.#pathOf = pathOf
  }

  #ofRule(rule: string): readonly Matcher[] {
    const known = this.#byRule.get(rule) ?? this.#matchers.filter(({ ignore }) => matchesName(ignore.rule, rule))
    this.#byRule.set(rule, known)
    return known
  }

  #path({ location }: LintFinding): string {
    const { name } = location.document.file
    const known = this.#paths.get(name) ?? this.#pathOf(name)
    this.#paths.set(name, known)
    return known
  }

  ignoreOf(finding: LintFinding): Ignore | undefined {
    const matchers = this.#ofRule(finding.rule)
    if (matchers.length === 0) return undefined
    const path = this.#path(finding)
    const found = matchers.find(({ coversObject, coversPath }) => coversObject(finding) && coversPath(path))
    if (found) this.used.add(found.ignore)
    return found?.ignore
  }
}

/**
 * Separates findings that are ignored. Annotations are those of the object that the finding is about.
 * @param pathOf converts a file name into the path that patterns of the configuration refer to
 */
export function filterIgnored(
  findings: readonly LintFinding[],
  ignores: readonly Ignore[],
  pathOf: (file: string) => string,
): FilteredFindings {
  const finder = new IgnoreFinder(ignores, pathOf)
  const kept: LintFinding[] = []
  const ignored: IgnoredFinding[] = []
  for (const finding of findings) {
    const ignore = finder.ignoreOf(finding)
    if (ignore) ignored.push({ finding, by: 'configuration', reason: ignore.reason })
    else if (isIgnoredByAnnotation(finding)) ignored.push({ finding, by: 'annotation', reason: undefined })
    else kept.push(finding)
  }
  return { kept, ignored, unused: ignores.filter((ignore) => !finder.used.has(ignore)) }
}

/** Rules that a pattern matches. */
export const rulesMatching = (pattern: string): readonly string[] => RULE_IDS.filter((id) => matchesName(pattern, id))

/** A hint about an unknown rule name. */
export function unknownRuleHint(name: string): string {
  const close = nearest(name, RULE_IDS)
  return close ? `did you mean ${close}?` : 'vipctl lint --rules lists them'
}

/** The error for a rule that does not exist. @param where the option that names it */
export const unknownRule = (where: string, name: string): UserError =>
  new UserError(`${where} ${name}: unknown rule`, unknownRuleHint(name))

function* problemsOf(resource: Resource): Iterable<SourceProblem> {
  const { annotations } = resource.meta
  const problem = (annotation: string, message: string, hint: string): SourceProblem =>
    problemAt(resource.location.child('metadata', 'annotations', annotation), {
      severity: 'warning',
      message: `${describeResource(resource)}: ${message}`,
      hint,
    })
  const unknown = namesOf(annotations.get(IGNORE_ANNOTATION) ?? '').filter(
    (name) => name !== '' && rulesMatching(name).length === 0,
  )
  for (const name of unknown) {
    const message = `${IGNORE_ANNOTATION} names an unknown rule: ${JSON.stringify(name.slice(0, 80))}`
    yield problem(IGNORE_ANNOTATION, message, unknownRuleHint(name))
  }
  const spaced = (annotations.get(ANNOTATIONS.suppressAnalysis) ?? '').split(',').find((code) => code !== code.trim())
  if (spaced !== undefined) {
    const message = `${ANNOTATIONS.suppressAnalysis} has no effect for ${JSON.stringify(spaced.slice(0, 80))}`
    yield problem(ANNOTATIONS.suppressAnalysis, message, 'istioctl takes codes without spaces around them')
  }
}

/** The typed objects of a mesh, those that istiod rejects last. */
export function* resourcesOf({ clusters, istio, verdicts }: Snapshot): Iterable<Resource> {
  for (const cluster of clusters) for (const list of objectLists(cluster)) yield* list
  for (const list of Object.values(istio)) yield* list
  for (const { resource, errors } of verdicts) if (errors.length > 0) yield resource
}

/** Problems with annotations that ignore rules. */
export function annotationProblems(snapshot: Snapshot): readonly SourceProblem[] {
  const problems: SourceProblem[] = []
  for (const resource of resourcesOf(snapshot)) {
    if (resource.meta.annotations.size > 0) problems.push(...problemsOf(resource))
  }
  return problems
}
