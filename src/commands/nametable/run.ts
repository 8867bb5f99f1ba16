import { type NameAnswer, type NameFilter, nameAnswer } from '../../answers/names/message.ts'
import { nameReport } from '../../answers/names/report.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { reportOutput } from '../../answers/report.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { type LoadedView, loadView } from '../../input/proxy.ts'
import { checkMarks } from '../overlay-options.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { checkWatch } from '../watch/options.ts'
import type { NametableOptions } from './options.ts'

async function watchNames(options: NametableOptions, filter: NameFilter, session: Session): Promise<Outcome> {
  const { watchProxy } = await import('../watch/proxy.ts')
  const { output: format = 'text' } = options
  const answer = ({ mesh, view }: LoadedView): NameAnswer => nameAnswer(proxyText(view), mesh, view, filter)
  return watchProxy(
    { request: await viewRequest(options, session), reads: 'names', format, report: nameReport, answer },
    session,
  )
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
  const input = await loadView(await viewRequest(options, session), session, { reads: 'names', before: true })
  await reportUnstatedCapture(input.proxy, input.mesh.snapshot, CAPTURE_FLAG, session)
  const proxy = proxyText(input.view)
  const answer = nameAnswer(proxy, input.mesh, input.view, filter)
  const before = input.before && nameAnswer(proxy, input.before.mesh, input.before.view, filter)
  return { output: await reportOutput(nameReport, { answer, before, onlyChanges }, format, session.target) }
}
