import { buildEnvoyResources } from '../../envoy/index.ts'
import { columnLines } from '../../render/columns.ts'
import { formatData } from '../../render/data.ts'
import { type Line, renderLines, type Style, styled } from '../../render/spans.ts'
import { type Tree, treeLines } from '../../render/tree.ts'
import type { Section } from '../../views/proxy-config/all.ts'
import type { Decision, DecisionKind } from '../../views/proxy-config/decision-tree.ts'
import { sourceCell } from '../../views/proxy-config/sources.ts'
import type { Table } from '../../views/proxy-config/table.ts'
import { loadProxyView, proxyText } from '../input/proxy.ts'
import type { Outcome, Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { checkFlags, type ProxyConfigOptions, parseView } from './options.ts'
import { VIEW_CONTENTS } from './views.ts'

const SOURCE = 'SOURCE'

const DECISION_STYLES: Readonly<Record<DecisionKind, Style>> = { resource: 'heading', reason: 'dim', loss: 'warning' }

/** The proxy is an operand for istioctl, a flag everywhere else here. */
function withProxy(options: ProxyConfigOptions, proxy: string | undefined): ProxyConfigOptions {
  if (proxy === undefined) return options
  if (options.proxy !== undefined) throw new UsageError('the proxy is named twice, as an argument and with --proxy')
  return { ...options, proxy }
}

function tableText({ header, rows, padding }: Table, explain: boolean): Iterable<string> {
  const head = header.length === 0 ? [] : [explain ? [...header, SOURCE] : header]
  // A table without a header states facts of the proxy itself, which no manifest is the source of.
  const explained = explain && header.length > 0
  const lines = rows.map(({ cells, origins }) => (explained ? [...cells, sourceCell(origins())] : cells))
  return columnLines([...head, ...lines], padding)
}

/** Sections with an empty line between them, up to the first that istioctl gives up at. */
function* sectionsText(sections: readonly Section[], withHeaders: boolean, explain: boolean): Iterable<string> {
  for (const [index, { title, content, missing }] of sections.entries()) {
    if (index > 0) yield '\n'
    if (withHeaders) yield `------ ${title} ------\n\n`
    if (missing !== undefined) return
    if (typeof content === 'string') yield `${content}\n`
    else yield* tableText(content, explain)
  }
}

function treeOf({ kind, text, children }: Decision): Tree {
  return { span: styled(DECISION_STYLES[kind], text), children: children.map(treeOf) }
}

function* explanation(decision: Decision | undefined): Iterable<Line> {
  if (!decision) return
  yield []
  yield* treeLines(treeOf(decision))
}

/** `vipctl proxy-config`: what istioctl would print of the proxy. */
export async function proxyConfig(
  [word = '', target]: readonly string[],
  given: ProxyConfigOptions,
  session: Session,
): Promise<Outcome> {
  const view = parseView(word)
  checkFlags(view, given)
  const options = withProxy(given, target)
  const { output: format = 'short', explain = false, verbose = true } = options
  const input = await loadProxyView(options, session)
  const { proxy } = input
  const content = VIEW_CONTENTS[view]({ proxy, resources: buildEnvoyResources(input.view), options, verbose })
  if (content.missing !== undefined) {
    await session.warn(content.missing)
    // istioctl's exit code for it.
    return { output: [], findings: true }
  }
  if (format !== 'short') return { output: await formatData(format, content.data()) }
  const sections = content.parts()
  const missing = sections.find((section) => section.missing !== undefined)?.missing
  if (missing !== undefined) await session.warn(missing)
  const table = sectionsText(sections, options.withHeaders ?? false, explain)
  const output = explain ? explained(table, proxyText(input), content.tree(), session) : table
  return { output, findings: missing !== undefined }
}

function* explained(
  table: Iterable<string>,
  proxy: string,
  decision: Decision | undefined,
  { paint }: Session,
): Iterable<string> {
  yield* renderLines([[styled('dim', '# proxy: '), styled('heading', proxy)]], paint)
  yield* table
  yield* renderLines(explanation(decision), paint)
}
