/** Versions, one line per program. */
import type { Line } from '../../formats/spans.ts'
import type { VersionMessage } from './message.ts'

export const versionLines = ({ vipctl, istio, node }: VersionMessage): readonly Line[] => [
  [`vipctl  ${vipctl}`],
  [`istio   ${istio} (the reference)`],
  [`node    ${node}`],
]
