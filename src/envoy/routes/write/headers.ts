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
  /** The Host header, which Envoy changes by a rewrite instead; '' if unchanged. */
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

function changesOf(headers: Headers): HeaderChanges {
  const { request, response } = headers
  return {
    requestAdd: [...options(request?.set, true), ...options(request?.add, false)],
    requestRemove: (request?.remove ?? []).filter(isChangeable),
    responseAdd: [...options(response?.set, true), ...options(response?.add, false)],
    responseRemove: (response?.remove ?? []).filter(isChangeable),
    authority: authorityOf(request?.set) || authorityOf(request?.add),
  }
}

function join(first: HeaderChanges, second: HeaderChanges): HeaderChanges {
  return {
    requestAdd: [...first.requestAdd, ...second.requestAdd],
    requestRemove: [...first.requestRemove, ...second.requestRemove],
    responseAdd: [...first.responseAdd, ...second.responseAdd],
    responseRemove: [...first.responseRemove, ...second.responseRemove],
    authority: first.authority || second.authority,
  }
}

/** All changes in order; of several to the Host header, the first. */
export const headerChanges = (headers: readonly Headers[]): HeaderChanges =>
  headers.map(changesOf).reduce(join, NO_CHANGES)

export function headerOperations(changes: HeaderChanges): HeaderOperations {
  return {
    requestHeadersToAdd: unlessEmpty(changes.requestAdd),
    requestHeadersToRemove: unlessEmpty(changes.requestRemove),
    responseHeadersToAdd: unlessEmpty(changes.responseAdd),
    responseHeadersToRemove: unlessEmpty(changes.responseRemove),
  }
}
