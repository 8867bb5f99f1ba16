import { proxiesMessage } from '../../answers/proxies/message.ts'
import { proxiesLines } from '../../answers/proxies/table.ts'
import { UserError } from '../../common/errors.ts'
import { hostFilter } from '../../common/globs.ts'
import { clean } from '../../formats/clean.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { type ListedProxy, listProxies, type Pod, type ProxyList } from '../../index.ts'
import { load } from '../../input/load.ts'
import { inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { ProxiesOptions } from './options.ts'

/** At most this many names are listed in a message. */
const MOST_NAMES = 5

function namesOf(pods: readonly Pod[]): string {
  const names = pods.slice(0, MOST_NAMES).map(({ meta }) => `${meta.namespace}/${meta.name}`)
  return pods.length > MOST_NAMES ? `${names.join(', ')} and ${pods.length - MOST_NAMES} more` : names.join(', ')
}

const counted = (pods: readonly Pod[]): string => (pods.length === 1 ? '1 pod has' : `${pods.length} pods have`)

async function reportNonProxies({ missing, without, ambient }: ProxyList, session: Session): Promise<void> {
  if (missing.length > 0) {
    await session.warn(
      `${counted(missing)} no sidecar although injection is on: ${namesOf(missing)}`,
      'they are older than the label, or injection failed: restart them',
    )
  }
  if (without.length > 0) await session.note(`${counted(without)} no sidecar: ${namesOf(without)}`)
  if (ambient.length > 0) await session.warn(`not modelled: proxies of ambient mode: ${namesOf(ambient)}`)
}

/** `vipctl proxies` */
export async function proxies(globs: readonly string[], options: ProxiesOptions, session: Session): Promise<Outcome> {
  const { namespace, allNamespaces, output: format = 'text' } = options
  if (namespace !== undefined && allNamespaces) throw new UserError('-n and -A exclude each other')
  const { snapshot } = await load(await inputRequest(options, session), session, { reads: 'proxies' })
  const list = listProxies(snapshot)
  const isHere = (item: { readonly namespace: string }): boolean =>
    namespace === undefined || item.namespace === namespace
  const podsHere = (pods: readonly Pod[]): readonly Pod[] => pods.filter(({ meta }) => isHere(meta))
  const matches = hostFilter(globs)
  const isWanted = (proxy: ListedProxy): boolean => isHere(proxy) && matches(`${proxy.name}.${proxy.namespace}`)
  const found = list.proxies.filter(isWanted)

  await session.report(list.problems)
  const { missing, without, ambient } = list
  await reportNonProxies(
    { ...list, missing: podsHere(missing), without: podsHere(without), ambient: podsHere(ambient) },
    session,
  )
  const answer = { proxies: found, some: list.proxies.length > 0, multicluster: snapshot.clusters.length > 1 }
  if (format === 'name') return { output: found.map(({ reference }) => `${clean(reference)}\n`) }
  const forms: Forms = { lines: (width) => proxiesLines(answer, width), message: () => proxiesMessage(answer) }
  return { output: await formatOutput(format, forms, session.target) }
}
