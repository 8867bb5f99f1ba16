/** Reads istiod's answer to `GET /debug/ndsz?proxyID=POD.NAMESPACE`: the name table that it sends to a proxy. */
import type { JsonValue } from '../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../sources/mapping.ts'
import { camelCase, typeName } from './canonical.ts'
import { DumpError } from './error.ts'
import type { HeldResource, ProxyState } from './state.ts'

const TYPE = 'istio.networking.nds.v1.NameTable'

/** The tables in an answer: it is a dump with a list of messages, or the message itself. */
function tablesOf(answer: JsonValue): readonly JsonValue[] | undefined {
  const configs = fieldAt(answer, 'configs')
  if (Array.isArray(configs)) {
    const tables = configs.filter((config) => typeName(fieldAt(config, '@type')) === TYPE)
    return tables.length > 0 || configs.length === 0 ? tables : undefined
  }
  if (isMapping(fieldAt(answer, 'table'))) return [answer]
  return isMapping(answer) && Object.keys(answer).length === 0 ? [] : undefined
}

function infoOf(info: JsonValue): JsonMapping | undefined {
  if (!isMapping(info)) return undefined
  return Object.fromEntries(Object.entries(info).map(([key, value]) => [camelCase(key), value]))
}

/**
 * The state of a proxy with the name table that istiod sends to it. A proxy that does not ask for one has none.
 * @throws DumpError if the answer is something else
 */
export function withNameTable(state: ProxyState, answer: JsonValue): ProxyState {
  const tables = tablesOf(answer)
  if (tables === undefined) {
    throw new DumpError(
      "this is not istiod's name table of a proxy",
      'take it with: istioctl x internal-debug ndsz?proxyID=POD.NAMESPACE, or from istiod at /debug/ndsz?proxyID=POD.NAMESPACE',
    )
  }
  if (tables.length === 0) return state
  const held = new Map<string, HeldResource>()
  for (const [host, info] of tables.flatMap((table) => Object.entries(fieldAt(table, 'table') ?? {}))) {
    const active = infoOf(info)
    held.set(host, { name: host, active, warming: undefined, isStatic: false, updated: '' })
  }
  return { ...state, resources: new Map([...state.resources, ['nds', held]]) }
}
