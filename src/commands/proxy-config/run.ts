import type { Section } from '../../answers/proxy-config/all.ts'
import type { Decision } from '../../answers/proxy-config/decision-tree.ts'
import { decisionLines, sectionsText } from '../../answers/proxy-config/text.ts'
import { UserError } from '../../common/errors.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import { warningsOf } from '../../findings/finding.ts'
import { unresolvedReferences } from '../../findings/unresolved/index.ts'
import { formatData } from '../../formats/data.ts'
import { type Painter, renderLines, styled } from '../../formats/spans.ts'
import { loadProxyView, proxyText } from '../../input/proxy.ts'
import type { Outcome, Session } from '../session.ts'
import { checkFlags, type ProxyConfigOptions, parseView } from './options.ts'
import { VIEW_CONTENTS } from './views.ts'

/** The proxy is an operand for istioctl, a flag everywhere else here. */
function withProxy(options: ProxyConfigOptions, proxy: string | undefined): ProxyConfigOptions {
  if (proxy === undefined) return options
  if (options.proxy !== undefined) throw new UserError('the proxy is named twice, as an argument and with --proxy')
  return { ...options, proxy }
}

interface Shown {
  readonly sections: readonly Section[]
  readonly tree: Decision | undefined
  readonly proxy: string
}

function* textOf({ sections, tree, proxy }: Shown, options: ProxyConfigOptions, paint: Painter): Iterable<string> {
  const { explain = false, withHeaders = false } = options
  if (explain) yield* renderLines([[styled('dim', '# proxy: '), styled('heading', proxy)]], paint)
  yield* sectionsText(sections, { explain, withHeaders })
  if (tree) yield* renderLines(decisionLines(tree), paint)
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
  const { output: format = 'short', verbose = true, explain } = options
  const input = await loadProxyView(options, session)
  await session.report(warningsOf(unresolvedReferences(input.view)))
  const resources = buildEnvoyResources(input.view)
  const content = VIEW_CONTENTS[view]({ proxy: input.proxy, resources, options, verbose })
  const sections = format === 'short' ? content.sections() : []
  const missing = content.missing ?? sections.find((section) => section.missing !== undefined)?.missing
  if (missing !== undefined) await session.warn(missing)
  const output =
    format === 'short'
      ? textOf(
          { sections, tree: explain ? content.tree() : undefined, proxy: proxyText(input) },
          options,
          session.paint,
        )
      : await formatData(format, content.data(), content.levels)
  // istioctl's exit code when there is nothing at all.
  return { output, findings: missing !== undefined }
}
