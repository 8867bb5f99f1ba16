/**
 * Checks whether the fields of a kubeconfig have the types that kubectl requires. The client library accepts any type
 * and fails later, without a useful message.
 */
import type { JsonValue, PathStep } from '../../../sources/document.ts'
import { isMapping } from '../../../sources/mapping.ts'

/** A field with the wrong type. */
export interface WrongType {
  readonly path: readonly PathStep[]
  /** `text`, `a list` and so on. */
  readonly wanted: string
}

type Check = (value: JsonValue, path: readonly PathStep[]) => WrongType | undefined

const text: Check = (value, path) => (typeof value === 'string' ? undefined : { path, wanted: 'text' })

const flag: Check = (value, path) => (typeof value === 'boolean' ? undefined : { path, wanted: 'true or false' })

function first<T>(items: readonly T[], check: (item: T) => WrongType | undefined): WrongType | undefined {
  for (const item of items) {
    const wrong = check(item)
    if (wrong) return wrong
  }
  return undefined
}

/** null is treated as absent. */
const given = (value: JsonValue | undefined): value is JsonValue => value !== undefined && value !== null

const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return { path, wanted: 'a list' }
    return first([...value.entries()], ([index, item]) => (given(item) ? check(item, [...path, index]) : undefined))
  }

const mapOf =
  (check: Check): Check =>
  (value, path) => {
    if (!isMapping(value)) return { path, wanted: 'a mapping' }
    return first(Object.entries(value), ([key, item]) => (given(item) ? check(item, [...path, key]) : undefined))
  }

/** A mapping with some known fields; others are ignored. */
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isMapping(value)) return { path, wanted: 'a mapping' }
    return first(Object.entries(checks), ([key, check]) => {
      const item = Object.hasOwn(value, key) ? value[key] : undefined
      return given(item) ? check(item, [...path, key]) : undefined
    })
  }

const cluster = fields({
  server: text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': flag,
  'certificate-authority': text,
  'certificate-authority-data': text,
  'proxy-url': text,
})

const context = fields({ cluster: text, user: text, namespace: text })

const exec = fields({
  apiVersion: text,
  command: text,
  args: listOf(text),
  env: listOf(fields({ name: text, value: text })),
  installHint: text,
  interactiveMode: text,
  provideClusterInfo: flag,
})

const user = fields({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': listOf(text),
  'as-user-extra': mapOf(listOf(text)),
  'auth-provider': fields({ name: text, config: mapOf(text) }),
  exec,
})

const kubeconfig = fields({
  'current-context': text,
  clusters: listOf(fields({ name: text, cluster })),
  contexts: listOf(fields({ name: text, context })),
  users: listOf(fields({ name: text, user })),
})

/** The first field with a type that kubectl refuses; undefined when there is none. */
export const wrongTypeOf = (value: JsonValue): WrongType | undefined => kubeconfig(value, [])
