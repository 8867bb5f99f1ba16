/** The ports on loopback of a sandbox without namespaces, as a table. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'

export interface DoorRow {
  /** `10.0.0.1:80` or `*:80` */
  readonly destination: string
  /** That it leads to. */
  readonly hosts: string
  /** `127.0.0.1:40000` */
  readonly bound: string
  /** A command that makes a request. */
  readonly example: string
}

const HEADERS = ['DESTINATION', 'HOST', 'PORT HERE', 'EXAMPLE']

/** Not cut to the width of the terminal, because the examples are for pasting. @param proxy in words */
export function* doorLines(proxy: string, rows: readonly DoorRow[]): Iterable<Line> {
  yield [`# ${proxy}`]
  yield* tableLines(
    HEADERS,
    rows.map(({ destination, hosts, bound, example }) => [styled('name', destination), hosts, bound, example]),
  )
}
