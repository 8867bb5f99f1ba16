/** The status of proxies as a table. */

import { type Line, type Span, type Style, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { type ConnectedProxy, type SyncState, syncOf } from '../../verification/sync/index.ts'
import { humanDuration } from './duration.ts'
import { differencesOf, type ProxyStatusAnswer, shownTypes } from './message.ts'

/** istioctl's columns, in its order. */
const HEADERS = ['NAME', 'CLUSTER', 'ISTIOD', 'VERSION'] as const

const STYLES: Readonly<Record<SyncState, Style>> = {
  SYNCED: 'good',
  STALE: 'warning',
  ERROR: 'error',
  'NOT SENT': 'dim',
  IGNORED: 'dim',
}

/** `SYNCED (3m20s)` */
function cell(proxy: ConnectedProxy, type: string, asked: number | undefined): Span {
  const { state, sent } = syncOf(proxy, type)
  const time = Date.parse(sent ?? '')
  const age = asked === undefined || Number.isNaN(time) ? '' : ` (${humanDuration(asked - time)})`
  return styled(STYLES[state], `${state}${age}`)
}

/** Whether a proxy has what was computed for it. */
function computedCell(name: string, computed: NonNullable<ProxyStatusAnswer['computed']>): Span {
  const verified = computed.get(name)
  const differences = differencesOf(verified)
  if (differences === 0) return styled('good', 'EQUAL')
  if (differences === undefined) return verified ? styled('warning', 'ERROR') : styled('dim', '-')
  return styled('error', differences === 1 ? '1 difference' : `${differences} differences`)
}

/** What proxies say about the updates that they refused. */
function* errorLines(proxies: readonly ConnectedProxy[], width: number | undefined): Iterable<Line> {
  for (const { name, types } of proxies) {
    for (const [type, { error }] of types) {
      if (error === '') continue
      yield []
      yield* wrapLine([styled('name', name), ` refuses the last update of ${type}:`], width, '  ')
      for (const line of error.trim().split('\n')) yield* wrapLine([`  ${line}`], width, '  ')
    }
  }
}

/** @param width that of the terminal; undefined for no truncation */
export function* proxyStatusLines(
  { proxies, some, asked, computed }: ProxyStatusAnswer,
  width?: number,
): Iterable<Line> {
  if (proxies.length === 0) {
    yield [some ? '# no proxy matches' : '# no proxy is connected']
    return
  }
  const types = shownTypes(proxies)
  const rows = proxies.map((proxy): Line => {
    const { name, clusterId, istiod, version } = proxy
    const states = types.map((type) => cell(proxy, type, asked))
    const own = computed ? [computedCell(name, computed)] : []
    return [styled('name', name), clusterId || '-', istiod || '-', version || '-', ...states, ...own]
  })
  yield* tableLines([...HEADERS, ...types, ...(computed ? ['COMPUTED'] : [])], rows, width)
  yield* errorLines(proxies, width)
}
