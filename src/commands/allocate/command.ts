import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type AllocateOptions, allocateOptions } from './options.ts'

export const allocateCommand = (dispatch: Dispatch): Command =>
  defineCommand<AllocateOptions>(
    {
      name: 'allocate',
      summary: 'print the addresses of the hosts of ServiceEntries',
      description:
        'Prints each host of each ServiceEntry with its addresses: stored in its status, assigned by the rule of the ' +
        'Istio version, stated in the entry, or none, and why. With -o patch, prints the status that the address ' +
        'controller would write.',
      operands: [
        ['[host...]', 'only hosts that match one of these, such as "*.example.com", or that have this address'],
      ],
      options: allocateOptions,
      examples: [
        ['vipctl allocate -f mesh/', 'all hosts'],
        ['vipctl allocate 240.240.0.4 -f mesh/', 'the host that has an address'],
        ['vipctl allocate --source none -f mesh/', 'the hosts without an address, and why'],
        ['vipctl allocate -f mesh/ --istio-version 1.20', 'as Istio 1.20 assigns addresses'],
        ['vipctl allocate -f mesh/ -o patch', 'the missing status of each entry'],
      ],
      load: async () => (await import('./run.ts')).allocate,
    },
    dispatch,
  )
