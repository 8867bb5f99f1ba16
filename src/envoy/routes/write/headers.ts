/** Changes to headers (route.go TranslateHeadersOperations). */

import { compareBytes } from '../../../common/bytes.ts'
import type { Headers } from '../../../kinds/messages/virtual-service.ts'
import { compact } from '../../json.ts'
import { unlessEmpty } from './fields.ts'
import type { HeaderOperations, HeaderValueOption } from './resources.ts'

export interface HeaderChanges {
  readonly requestAdd: readonly HeaderValueOption[]
  readonly requestRemove: readonly string[]
  readonly responseAdd: readonly HeaderValueOption[]
  readonly responseRemove: readonly string[]
  /** A changed Host is no header to Envoy but a rewrite; '' when it stays. */
  readonly authority: string
}

const NO_CHANGES: HeaderChanges = {
  requestAdd: [],
  requestRemove: [],
  responseAdd: [],
  responseRemove: [],
  authority: '',
}

const isHost = (name: string): boolean => name.toLowerCase() === 'host'
const isAuthority = (name: string): boolean => isHost(name) || name.toLowerCase() === ':authority'
const isChangeable = (name: string): boolean => !name.startsWith(':') && !isHost(name)

type Values = ReadonlyMap<string, string> | undefined

function options(values: Values, overwrite: boolean): HeaderValueOption[] {
  return [...(values ?? [])]
    .filter(([key]) => isChangeable(key))
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) =>
      compact<HeaderValueOption>({
        header: compact({ key, value: value || undefined }),
        appendAction: overwrite ? 'OVERWRITE_IF_EXISTS_OR_ADD' : undefined,
      }),
    )
}

function authorityOf(values: Values): string {
  let authority = ''
  for (const [key, value] of values ?? []) if (isAuthority(key)) authority = value
  return authority
}

export function headerChanges(headers: Headers | undefined): HeaderChanges {
  if (!headers) return NO_CHANGES
  const { request, response } = headers
  return {
    requestAdd: [...options(request?.set, true), ...options(request?.add, false)],
    requestRemove: (request?.remove ?? []).filter(isChangeable),
    responseAdd: [...options(response?.set, true), ...options(response?.add, false)],
    responseRemove: (response?.remove ?? []).filter(isChangeable),
    authority: authorityOf(request?.set) || authorityOf(request?.add),
  }
}

/** First the changes of a rule, then those of its only destination. */
export function joinChanges(rule: HeaderChanges, destination: HeaderChanges): HeaderChanges {
  return {
    requestAdd: [...rule.requestAdd, ...destination.requestAdd],
    requestRemove: [...rule.requestRemove, ...destination.requestRemove],
    responseAdd: [...rule.responseAdd, ...destination.responseAdd],
    responseRemove: [...rule.responseRemove, ...destination.responseRemove],
    authority: rule.authority || destination.authority,
  }
}

export function headerOperations(changes: HeaderChanges): HeaderOperations {
  return {
    requestHeadersToAdd: unlessEmpty(changes.requestAdd),
    requestHeadersToRemove: unlessEmpty(changes.requestRemove),
    responseHeadersToAdd: unlessEmpty(changes.responseAdd),
    responseHeadersToRemove: unlessEmpty(changes.responseRemove),
  }
}
