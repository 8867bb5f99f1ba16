/** The name table of the proxy, as `vipctl nametable` prints it. */
import { type NameAnswer, nameAnswer, namesMessage } from '../../../answers/names/message.ts'
import { explainerOf, NAME_HEADERS, nameRow } from '../../../answers/names/table.ts'
import { proxyText } from '../../../answers/proxy-line.ts'
import { styled } from '../../../formats/spans.ts'
import type { OpenView, State, Thing } from '../view.ts'
import { type ColumnFacts, columnsOf } from './columns.ts'
import { findingsLinks, hostLinks } from './links.ts'

const COLUMNS: ColumnFacts<(typeof NAME_HEADERS)[number]> = {
  HOST: { roles: ['host'] },
  SOURCE: { roles: ['file', 'object', 'ns'], isPlace: true },
}

export function namesView({ input: { mesh, view } }: State): OpenView {
  const answer: NameAnswer = nameAnswer(proxyText(view), mesh, view, { globs: [], from: undefined })
  const explainer = explainerOf(answer)
  const records = [...answer.table.values()]
  const at = (index: number) => records[index] as (typeof records)[number]

  function thing(index: number): Thing {
    const record = at(index)
    const origins = record.ips.flatMap((ip) => explainer.originsOf(record, ip))
    const all = origins.map(({ address, what, location, why }) => ({ what, location, why: `${address}: ${why}` }))
    const port = record.sources[0]?.service.ports[0]?.number
    return {
      name: record.host,
      origins: all,
      message: () => namesMessage({ ...answer, table: new Map([[record.host, record]]) }),
      links: [...hostLinks(record.host, 'names'), ...findingsLinks(all)],
      host: record.host,
      target: port === undefined ? undefined : `${record.host}:${port}`,
    }
  }
  return {
    columns: columnsOf(NAME_HEADERS, COLUMNS),
    size: records.length,
    key: (index) => at(index).host,
    cells: (index) => nameRow(styled('name', at(index).host), at(index), explainer),
    thing,
  }
}
