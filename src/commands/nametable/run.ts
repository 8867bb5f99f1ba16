import { type NameAnswer, type NameFilter, nameAnswer } from '../../answers/names/message.ts'
import { nameReport } from '../../answers/names/report.ts'
import { reportOutput } from '../../answers/report.ts'
import { loadProxyView, type ProxyInput, proxyText } from '../../input/proxy.ts'
import { checkMarks } from '../overlay-options.ts'
import type { Outcome, Session } from '../session.ts'
import { checkWatch } from '../watch/options.ts'
import type { NametableOptions } from './options.ts'

async function watchNames(options: NametableOptions, filter: NameFilter, session: Session): Promise<Outcome> {
  const { watchProxy } = await import('../watch/proxy.ts')
  const { output: format = 'text' } = options
  const answer = (input: ProxyInput): NameAnswer => nameAnswer(proxyText(input), input.mesh, input.view, filter)
  return watchProxy({ options, reads: 'names', format, report: nameReport, answer }, session)
}

/** `vipctl nametable` */
export async function nametable(
  globs: readonly string[],
  options: NametableOptions,
  session: Session,
): Promise<Outcome> {
  checkMarks(options)
  checkWatch(options)
  const { from, output: format = 'text', onlyChanges = false } = options
  const filter = { globs, from }
  if (options.watch) return watchNames(options, filter, session)
  const input = await loadProxyView(options, session, { reads: 'names', before: true })
  const proxy = proxyText(input)
  const answer = nameAnswer(proxy, input.mesh, input.view, filter)
  const before = input.before && nameAnswer(proxy, input.before.mesh, input.before.view, filter)
  return { output: await reportOutput(nameReport, { answer, before, onlyChanges }, format, session.target) }
}
