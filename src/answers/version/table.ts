/** Versions of the programs, and the releases of Istio that are exact. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import type { CheckedRelease } from '../../releases/checked.ts'
import type { VersionMessage } from './message.ts'

const HEADERS = ['COMPARED WITH ISTIOD', 'RESOURCES, ALL EQUAL']

/** `1.24 to 1.31` */
const range = (minors: readonly string[]): string => `${minors[0]} to ${minors.at(-1)}`

const row = ({ version, resources }: CheckedRelease): Line => [styled('name', version), resources.toLocaleString('en')]

/** @param width of the terminal; undefined when nothing is to be cut off */
export function* versionLines({ vipctl, istio, node }: VersionMessage, width: number | undefined): Iterable<Line> {
  const { exact, exactAddresses, checked, master } = istio
  yield [`vipctl  ${vipctl}`]
  yield [`istio   exact: ${range(exact.slice(0, -1))}, and master, which becomes ${master}`]
  yield [`        automatic addresses also: ${range(exactAddresses)}`]
  yield [`node    ${node}`]
  yield []
  yield* tableLines(HEADERS, checked.map(row), width)
}
