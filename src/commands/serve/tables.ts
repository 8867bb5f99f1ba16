/** The tables of a mesh, as the server takes them. */
import { proxyText } from '../../answers/proxy-line.ts'
import { oncePer } from '../../common/once.ts'
import {
  computeNameTable,
  LookupTable,
  NameExplainer,
  type NameRecord,
  type Position,
  type ServedTables,
} from '../../index.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import type { Loaded } from '../../input/load.ts'
import { type LoadedView, type NodeChooser, nodeChooser, viewOfLoaded } from '../../input/proxy.ts'
import type { InputRequest, ProxyRequest } from '../../input/request.ts'
import type { Session } from '../session.ts'
import type { ServedProxies } from './proxies.ts'

/** One state of the mesh. */
export interface Computed {
  readonly tables: ServedTables
  /** The number of names of the first proxy. */
  readonly names: number
  /** Each proxy in words. */
  readonly proxies: readonly string[]
  /** The search list of the first proxy. */
  readonly search: readonly string[]
  /** Where the manifest of a record is, by its number. */
  placeOf(record: number): Position | undefined
}

interface ProxyTable {
  readonly view: LoadedView
  readonly table: LookupTable
}

export class Tables {
  readonly #proxies: ServedProxies
  readonly #input: InputRequest
  readonly #request: Omit<ProxyRequest, 'proxy'>
  /** A node file may be standard input, which can be read only once. */
  #choosers: readonly NodeChooser[] | undefined

  constructor(proxies: ServedProxies, input: InputRequest, request: Omit<ProxyRequest, 'proxy'>) {
    this.#proxies = proxies
    this.#input = input
    this.#request = request
  }

  async #choosersFor({ namespace }: Loaded, session: Session): Promise<readonly NodeChooser[]> {
    this.#choosers ??= await Promise.all(
      this.#proxies.names.map((proxy) => nodeChooser({ ...this.#request, proxy }, this.#input, namespace, session)),
    )
    return this.#choosers
  }

  async #tablesIn(loaded: Loaded, session: Session): Promise<readonly ProxyTable[]> {
    const choosers = await this.#choosersFor(loaded, session)
    const out: ProxyTable[] = []
    for (const [index, choose] of choosers.entries()) {
      const proxy = { ...this.#request, proxy: this.#proxies.names[index] }
      const view = await viewOfLoaded(loaded, choose, { input: this.#input, proxy }, session)
      out.push({ view, table: new LookupTable(computeNameTable(view.view), view.view) })
    }
    return out
  }

  /** @throws ProxyError if a proxy does not exist */
  async compute(loaded: Loaded, session: Session): Promise<Computed> {
    const all = await this.#tablesIn(loaded, session)
    const [first] = all
    if (first) await reportUnstatedCapture(first.view.proxy, first.view.mesh.snapshot, CAPTURE_FLAG, session)
    const records: { readonly record: NameRecord; readonly explainer: () => NameExplainer }[] = []
    const explainerOf = oncePer(({ view, table }: ProxyTable) => new NameExplainer(view.view, view.mesh.scope, table))
    const tables = all.map((each) => ({
      expansion: each.table.expansion,
      entries: each.table.entries.map((entry) => {
        records.push({ record: entry.record, explainer: () => explainerOf(each) })
        return { ...entry, record: records.length - 1 }
      }),
    }))
    const placeOf = (number: number): Position | undefined => {
      const found = records[number]
      const [origin] = found ? found.explainer().sourcesOf(found.record) : []
      return origin?.location.position()
    }
    return {
      tables: { tables, views: this.#proxies.views },
      names: first?.table.size ?? 0,
      proxies: all.map(({ view }) => proxyText(view.view)),
      search: first?.view.proxy.search ?? [],
      placeOf,
    }
  }
}
