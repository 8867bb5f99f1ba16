import type { Command } from 'commander'
import { type MarkOptions, onlyChangesOption } from '../../input/overlay.ts'
import { type Dispatch, defineCommand, option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type WatchOptions, watchOption } from '../watch/index.ts'

export interface NametableOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly from?: string
}

export const nametableCommand = (dispatch: Dispatch): Command =>
  defineCommand<NametableOptions>(
    {
      name: 'nametable',
      aliases: ['nds'],
      summary: 'print the name table of a proxy',
      description:
        'Prints the names that istiod sends to a proxy for its DNS server, with their addresses, and the manifest and ' +
        'rule behind each.',
      operands: [['[glob...]', 'only hosts that match one of these, such as "*.example.com"']],
      options: [
        option('--from <ns>', 'only hosts of Services and ServiceEntries of this namespace', 'Query options:'),
        outputOption(['text', 'json', 'yaml']),
        onlyChangesOption(),
        watchOption(),
        ...inputOptions(),
      ],
      examples: [
        ['vipctl nametable -f mesh/', 'the table of a sidecar in namespace default'],
        ["vipctl nds '*.db.example.com' -n shop -f mesh/", 'some hosts, as namespace shop sees them'],
        ['vipctl nds --node node.json -f mesh/ -o json', 'the NDS message itself'],
      ],
      load: async () => (await import('./run.ts')).nametable,
    },
    dispatch,
  )
