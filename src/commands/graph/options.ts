import type { Option } from 'commander'
import { GRAPH_FORMATS, type GraphFormat } from '../../answers/graph/formats.ts'
import { option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'

export interface GraphOptions extends ProxyOptions {
  readonly output?: GraphFormat
  /** A host. */
  readonly focus?: string
}

export const graphOptions = (): Option[] => [
  option('--focus <host>', 'only what concerns this host', 'Query options:'),
  outputOption(GRAPH_FORMATS),
  ...inputOptions(),
]
