/** Decodes one object into a typed resource (pilot/pkg/config/kube/crd/conversion.go, Kubernetes' decoders). */

import { nearest } from '../../common/nearest.ts'
import { type ModelledKind, sharedApiVersion } from '../../kinds/index.ts'
import { type Metadata, ObjectMeta, Resource } from '../../kinds/resource.ts'
import { DecodeContext, type DecodeIssue, type Infer, type Type } from '../../kinds/schema/index.ts'
import type { ValidationIssue } from '../../kinds/validation/report.ts'
import type { JsonValue } from '../../sources/document.ts'
import type { RawObject } from './objects.ts'
import { unknownFields } from './unknown-fields.ts'

export interface DecodedObject {
  readonly resource: Resource
  /** Why the API server or istiod would refuse the object; empty if they would not. */
  readonly errors: readonly ValidationIssue[]
  /** Unknown fields: ignored, and most likely mistakes. */
  readonly unknown: readonly DecodeIssue[]
  /** Values that were read differently from how they are written. */
  readonly warnings: readonly DecodeIssue[]
}

const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * @param text RFC 3339
 * @returns whole seconds since 1970, at least 0; undefined when the text is not a time
 */
export function parseTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, Math.floor(milliseconds / 1000))
}

function decodeAt<T>(type: Type<T>, key: string, value: JsonValue | undefined, context: DecodeContext): T {
  if (value === undefined || value === null) return type.zero
  context.path.push(key)
  const decoded = type.decode(value, context)
  context.path.pop()
  return decoded
}

const ISTIO_TOP_LEVEL = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

/** istiod's admission check refuses an object with any other top-level key (pkg/webhooks/validation/server). */
function unknownTopLevel(object: RawObject, errors: ValidationIssue[]): void {
  for (const key of Object.keys(object.value)) {
    if (ISTIO_TOP_LEVEL.has(key)) continue
    const close = nearest(key, ISTIO_TOP_LEVEL)
    errors.push({
      code: 'unknown-field',
      path: [key],
      message: `${object.kind} has no field ${JSON.stringify(key.slice(0, 80))}`,
      hint: close ? `did you mean ${close}?` : 'its settings belong under spec',
    })
  }
}

const NO_ISSUES: readonly never[] = Object.freeze([])

const typeError = (issue: DecodeIssue): ValidationIssue => ({ ...issue, code: issue.unquoted ? 'unquoted' : 'type' })

/**
 * Decodes an object's metadata, and its spec and status by the schema of its kind, and applies the API server's
 * defaults.
 * @param namespace for objects without one
 * @param context an unused one
 */
export function decodeObject(
  object: RawObject,
  definition: ModelledKind,
  namespace: string,
  context = new DecodeContext(),
): DecodedObject {
  const { value, apiVersion, location } = object
  const raw = decodeAt(ObjectMeta, 'metadata', value.metadata, context)
  const spec = definition.flat
    ? definition.spec.decode(value as JsonValue, context)
    : decodeAt(definition.spec, 'spec', value.spec, context)
  const ownFields = context.unknown.length
  const status = decodeAt(definition.status, 'status', value.status, context)

  const meta = metadataOf(raw, definition.namespaced ? namespace : '')
  const verdict = definition.check?.(value, apiVersion)
  const refused = verdict?.issues ?? NO_ISSUES
  const mistyped = context.errors.length === 0 ? NO_ISSUES : context.errors.map(typeError)
  const errors: ValidationIssue[] = [...(refused.length > 0 ? refused : mistyped)]
  if (definition.istio) unknownTopLevel(object, errors)
  // Controllers write the status, so its unknown fields are not mistakes of the user.
  const ownUnknown = ownFields === 0 ? NO_ISSUES : context.unknown.slice(0, ownFields)
  const unknown = definition.istio ? ownUnknown : (verdict?.unknown ?? unknownFields(object, definition.knownFields))
  return {
    resource: new Resource(
      {
        // Not the texts of the document: those of all objects of a kind are equal, and take megabytes.
        kind: definition.kind,
        apiVersion: sharedApiVersion(apiVersion),
        meta,
        spec: errors.length === 0 && definition.withDefaults ? definition.withDefaults(spec) : spec,
        status,
        cluster: location.document.cluster,
        location,
      },
      object.composed ? { ...definition, value } : definition,
    ),
    errors,
    unknown,
    warnings: timeWarnings(raw.creationTimestamp, meta.creationTime),
  }
}

/** The metadata of an object of which nothing else is read. Mistakes in it are ignored. */
export function decodeMetadata(object: RawObject, namespace: string): Metadata {
  return metadataOf(decodeAt(ObjectMeta, 'metadata', object.value.metadata, new DecodeContext()), namespace)
}

/** @param namespace for objects without one; '' for cluster-scoped kinds */
function metadataOf(meta: Infer<typeof ObjectMeta>, namespace: string): Metadata {
  return {
    name: meta.name,
    namespace: namespace === '' ? '' : meta.namespace || namespace,
    labels: meta.labels,
    annotations: meta.annotations,
    creationTime: parseTime(meta.creationTimestamp) ?? 0,
    generateName: meta.generateName,
    deleting: meta.deletionTimestamp !== '',
    ownerReferences: meta.ownerReferences,
    stored: meta.uid !== '',
  }
}

function timeWarnings(text: string, read: number): readonly DecodeIssue[] {
  if (text === '' || read > 0 || parseTime(text) !== undefined) return NO_ISSUES
  return [
    {
      path: ['metadata', 'creationTimestamp'],
      message: `${JSON.stringify(text.slice(0, 80))} is not a time; the object is treated as having none`,
      hint: 'write it as 2024-01-31T09:30:00Z',
    },
  ]
}
