import { NameExplainer } from '../../dns/explain.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import { type NameRecord, type NameTable, nameTableMessage, type RecordRule } from '../../dns/name-table.ts'
import { computeNameTable } from '../../pipeline.ts'
import { formatData } from '../../render/data.ts'
import { type Line, renderLines, styled } from '../../render/spans.ts'
import { tableLines } from '../../render/table.ts'
import { hostFilter } from '../../views/globs.ts'
import { loadProxyView, proxyText } from '../input/proxy.ts'
import type { Outcome, Session } from '../session.ts'
import type { NametableOptions } from './index.ts'

const HEADERS = ['HOST', 'ADDRESSES', 'REGISTRY', 'SOURCE', 'RULE']

const RULES: Readonly<Record<RecordRule, string>> = {
  'cluster-ip': 'clusterIP',
  'own-address': 'spec.addresses',
  vip: 'automatic',
  headless: 'ready endpoints',
  pod: 'pod by name',
}

function filterTable(table: NameTable, globs: readonly string[], namespace: string | undefined): NameTable {
  if (globs.length === 0 && namespace === undefined) return table
  const matches = hostFilter(globs)
  const isFrom = (record: NameRecord) =>
    namespace === undefined || record.sources.some(({ service }) => service.namespace === namespace)
  return new Map([...table].filter(([host, record]) => matches(host) && isFrom(record)))
}

const joined = (texts: Iterable<string>): string => [...new Set(texts)].join(', ')

function row(record: NameRecord, explainer: NameExplainer): Line {
  const origins = explainer.sourcesOf(record)
  const places = origins.map(({ location, what }) => {
    const { file, line } = location.position()
    return `${file}:${line} ${what}`
  })
  const rules = origins.map(({ source, allocation }) =>
    source.rule === 'vip' && allocation ? `${RULES.vip} (${allocation})` : RULES[source.rule],
  )
  return [styled('name', record.host), joined(record.ips), record.registry, joined(places), joined(rules)]
}

/** `vipctl nametable` */
export async function nametable(
  globs: readonly string[],
  options: NametableOptions,
  session: Session,
): Promise<Outcome> {
  const input = await loadProxyView(options, session)
  const whole = computeNameTable(input.view)
  const table = filterTable(whole, globs, options.from)
  const { output: format = 'text' } = options
  if (format !== 'text') return { output: await formatData(format, nameTableMessage(table)) }
  const explainer = new NameExplainer(input.view, input.mesh.scope, new LookupTable(table, input.proxy))
  const { stdout } = session.io
  const rows = [...table.values()].map((record) => row(record, explainer))
  const header: Line = [styled('dim', '# proxy: '), styled('heading', proxyText(input))]
  if (rows.length === 0) {
    const empty = whole.size === 0 ? 'the name table is empty' : 'no host of the name table matches'
    return { output: renderLines([header, [`# ${empty}`]], session.paint) }
  }
  const lines = tableLines(HEADERS, rows, stdout.isTTY ? stdout.columns : undefined)
  return { output: renderLines([header, ...lines], session.paint) }
}
