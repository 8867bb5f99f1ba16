import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type NametableOptions, nametableOptions } from './options.ts'

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
      options: nametableOptions,
      examples: [
        ['vipctl nametable -f mesh/', 'the table of a sidecar in namespace default'],
        ["vipctl nds '*.db.example.com' -n shop -f mesh/", 'some hosts, as namespace shop sees them'],
        ['vipctl nds --node node.json -f mesh/ -o json', 'the NDS message itself'],
      ],
      load: async () => (await import('./run.ts')).nametable,
    },
    dispatch,
  )
