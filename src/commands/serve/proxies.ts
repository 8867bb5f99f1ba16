/** Which proxies are served, to whom. */
import { type Prefix, parseRange } from '../../common/addresses.ts'
import { quoted, UserError } from '../../common/errors.ts'
import type { ServeOptions } from './options.ts'

export interface ServedProxies {
  /** By name, each once; undefined is the synthetic one, or that of --node. The first answers clients without a view. */
  readonly names: readonly (string | undefined)[]
  readonly views: readonly { readonly prefix: Prefix; readonly table: number }[]
}

/** @throws UserError for a range that is none, or a proxy that no client gets */
export function servedProxies({ proxy = [], view = [], node }: ServeOptions): ServedProxies {
  if (node !== undefined && proxy.length > 0) {
    throw new UserError('--proxy and --node exclude each other', '--meta KEY=VALUE changes metadata of either')
  }
  const ranges = new Map<string, string>()
  const names: (string | undefined)[] = [proxy[0]]
  const views = view.map(([range, name]) => {
    const prefix = parseRange(range)
    if (!prefix) throw new UserError(`--view: ${quoted(range)} is not a range such as 10.1.0.0/16`)
    const before = ranges.get(range)
    if (before !== undefined)
      throw new UserError(`--view: ${range} is given twice, for ${quoted(before)} and ${quoted(name)}`)
    ranges.set(range, name)
    if (!names.includes(name)) names.push(name)
    return { prefix, table: names.indexOf(name) }
  })
  const idle = proxy.slice(1).find((name) => !names.includes(name))
  if (idle !== undefined) {
    throw new UserError(
      `--proxy ${quoted(idle)}: no client gets its answers, because the first proxy answers all others`,
      `--view CIDR=${idle} says which clients do`,
    )
  }
  return { names, views }
}
