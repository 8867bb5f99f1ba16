/** Watching what is computed for one proxy. */

import { checkProxyOptions, nodeChooser, type ProxyInput, proxyViewOf } from '../../input/proxy.ts'
import type { Reads } from '../../kinds/index.ts'
import type { ProxyOptions } from '../input-options.ts'
import type { Outcome, Session } from '../session.ts'
import { type Watched, watch } from './run.ts'

export interface WatchedProxy<A> extends Pick<Watched<A>, 'format' | 'report'> {
  readonly options: ProxyOptions
  readonly reads: Reads
  /** Problems of one computation are said by `session`, each of them once. */
  answer(input: ProxyInput, session: Session): A | Promise<A>
}

/**
 * As `watch`, with the proxy that the options name.
 * @throws UserError, LiveError, ProxyError
 */
export async function watchProxy<A>(watched: WatchedProxy<A>, session: Session): Promise<Outcome> {
  const { options, reads, format, report } = watched
  checkProxyOptions(options)
  // A file with a node may be standard input, which can be read once.
  let chooser: ReturnType<typeof nodeChooser> | undefined
  return watch(
    {
      options,
      wants: { reads, proxy: options.proxy },
      format,
      report,
      async compute(input, own) {
        chooser ??= nodeChooser(options, input.namespace, session)
        return watched.answer(await proxyViewOf(input, await chooser, options, own), own)
      },
    },
    session,
  )
}
