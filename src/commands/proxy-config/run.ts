import { assumedIn } from '../../answers/assumed.ts'
import { contentOf } from '../../answers/proxy-config/content.ts'
import { proxyConfigText } from '../../answers/proxy-config/text.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { UserError } from '../../common/errors.ts'
import { formatData } from '../../formats/data.ts'
import { buildEnvoyResources, unresolvedReferences, warningsOf } from '../../index.ts'
import { loadView } from '../../input/proxy.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { withoutObjects } from '../without.ts'
import { checkFlags, type ProxyConfigOptions, parseSubcommand } from './options.ts'

/** istioctl takes the proxy as an operand, all other commands here as a flag. */
function withProxy(options: ProxyConfigOptions, proxy: string | undefined): ProxyConfigOptions {
  if (proxy === undefined) return options
  if (options.proxy !== undefined) throw new UserError('the proxy is named twice, as an argument and with --proxy')
  return { ...options, proxy }
}

/** `vipctl proxy-config`: prints what istioctl would print for the proxy. */
export async function proxyConfig(
  [word = '', target]: readonly string[],
  given: ProxyConfigOptions,
  session: Session,
): Promise<Outcome> {
  const subcommand = parseSubcommand(word)
  checkFlags(subcommand, given)
  const options = withProxy(given, target)
  const { output: format = 'short', verbose = true, explain = false, withHeaders = false } = options
  const input = await loadView(await viewRequest(options, session), session)
  const { mesh, view } = withoutObjects(input, options)
  await session.report(warningsOf(unresolvedReferences(view)))
  const resources = buildEnvoyResources(view)
  const content = contentOf(subcommand, { proxy: input.proxy, resources, filter: options, verbose })
  const sections = format === 'short' ? content.sections() : []
  const missing = content.missing ?? sections.find((section) => section.missing !== undefined)?.missing
  if (missing !== undefined) await session.warn(missing)
  const note = content.note?.()
  if (note !== undefined) await session.note(note)
  const { snapshot } = mesh
  const shown = {
    sections,
    tree: explain ? content.tree() : undefined,
    release: snapshot.release,
    proxy: proxyText(view),
    isAssumed: assumedIn(snapshot.assumed),
  }
  const output =
    format === 'short'
      ? proxyConfigText(shown, { explain, withHeaders }, session.target)
      : await formatData(format, content.message(), content.levels)
  // istioctl's exit code if there is nothing at all.
  return { output, findings: missing !== undefined }
}
