import { describe, expect, it } from 'vitest'
import { kindOf } from '../../../src/kinds/index.ts'
import { Resource } from '../../../src/kinds/resource.ts'
import { DecodeContext } from '../../../src/kinds/schema/index.ts'
import type { ValidationCode } from '../../../src/kinds/validation/codes.ts'
import type { ValidationIssue, ValidationResult } from '../../../src/kinds/validation/report.ts'
import { MASTER } from '../../../src/releases/version.ts'
import { validate } from '../../../src/resources/admission.ts'
import { type Features, featuresOf } from '../../../src/resources/mesh/features.ts'
import type { JsonValue, PathStep } from '../../../src/sources/document.ts'
import { Location } from '../../../src/sources/location.ts'

export const STATUS_ALLOCATION: Features = featuresOf(new Map(), MASTER)
export const HASH_ALLOCATION: Features = featuresOf(new Map([['PILOT_ENABLE_IP_AUTOALLOCATE', 'false']]), MASTER)

export interface MetaOptions {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** An object in the namespace `shop`, decoded from its spec as written. */
export function resource(kind: string, spec: JsonValue, meta: MetaOptions = {}): Resource {
  const group = kind === 'PeerAuthentication' ? 'security' : 'networking'
  const apiVersion = `${group}.istio.io/v1`
  const definition = kindOf(apiVersion, kind)
  if (!definition) throw new Error(`no kind ${kind}`)
  const context = new DecodeContext()
  const decoded = definition.spec.decode(spec, context)
  expect(context.errors, 'the spec of a test must decode').toEqual([])
  const file = { name: 'input.yaml', text: '' }
  const parts = {
    kind,
    apiVersion,
    meta: {
      name: meta.name ?? 'web',
      namespace: 'shop',
      labels: new Map(Object.entries(meta.labels ?? {})),
      annotations: new Map(Object.entries(meta.annotations ?? {})),
      creationTime: 0,
      generateName: '',
      deleting: false,
      ownerReferences: [],
      stored: false,
    },
    spec: decoded,
    status: undefined,
    cluster: '',
    location: new Location({ file, cluster: '', start: 0, end: 0 }),
  }
  return new Resource(parts, definition)
}

export function verdict(
  kind: string,
  spec: JsonValue,
  meta?: MetaOptions,
  features: Features = STATUS_ALLOCATION,
): ValidationResult {
  return validate(resource(kind, spec, meta), features)
}

/** What identifies issues: the cause and the location. */
export function found(issues: readonly ValidationIssue[]): { code: string; at: string }[] {
  return issues.map(({ code, path }) => ({ code, at: path.join('/') }))
}

/** A rule, with an input that breaks it and a similar one that does not. */
export interface Rule {
  readonly rule: string
  readonly code: ValidationCode
  readonly at: readonly PathStep[]
  readonly warning?: boolean
  readonly bad: JsonValue
  readonly good: JsonValue
  readonly features?: Features
  readonly badMeta?: MetaOptions
  readonly goodMeta?: MetaOptions
}

/** Expects exactly its issue from each rule's bad input, and none from the good one. */
export function describeRules(kind: string, rules: readonly Rule[]): void {
  describe(kind, () => {
    it.each(rules)('$rule', ({ code, at, warning, bad, good, features, badMeta, goodMeta }) => {
      const expected = [{ code, at: at.join('/') }]
      const { errors, warnings } = verdict(kind, bad, badMeta, features)
      expect({ errors: found(errors), warnings: found(warnings) }).toEqual(
        warning ? { errors: [], warnings: expected } : { errors: expected, warnings: [] },
      )
      expect(verdict(kind, good, goodMeta, features)).toEqual({ errors: [], warnings: [] })
    })
  })
}
