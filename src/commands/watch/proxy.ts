/** Watches an answer for one proxy. */

import type { Reads } from '../../index.ts'
import { type LoadedView, nodeChooser, viewOfLoaded } from '../../input/proxy.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { Outcome, Session } from '../session.ts'
import { type Watched, watch } from './run.ts'

export interface WatchedProxy<A> extends Pick<Watched<A>, 'format' | 'report'> {
  readonly request: ViewRequest
  readonly reads: Reads
  /** `session` reports problems of the computation, each of them once. */
  answer(input: LoadedView, session: Session): A | Promise<A>
}

/**
 * As `watch`, for the proxy in the request.
 * @throws UserError, LiveError, ProxyError
 */
export async function watchProxy<A>(watched: WatchedProxy<A>, session: Session): Promise<Outcome> {
  const { reads, format, report } = watched
  const { input, proxy } = watched.request
  // A node file may be standard input, which can be read only once.
  let chooser: ReturnType<typeof nodeChooser> | undefined
  return watch(
    {
      request: input,
      requirements: { reads, proxy: proxy.proxy },
      format,
      report,
      async compute(loaded, own) {
        chooser ??= nodeChooser(proxy, input, loaded.namespace, session)
        return watched.answer(await viewOfLoaded(loaded, await chooser, watched.request, own), own)
      },
    },
    session,
  )
}
