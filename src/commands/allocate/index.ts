import type { Command } from 'commander'
import { type MarkOptions, onlyChangesOption } from '../../input/overlay.ts'
import { type Dispatch, defineCommand, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type WatchOptions, watchOption } from '../watch/index.ts'

export interface AllocateOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml' | 'patch'
}

export const allocateCommand = (dispatch: Dispatch): Command =>
  defineCommand<AllocateOptions>(
    {
      name: 'allocate',
      summary: 'print the addresses that hosts of ServiceEntries have',
      description:
        'Prints each host of each ServiceEntry with its addresses: stored in its status, assigned by the rule of the ' +
        'Istio version, stated in the entry, or none, and why. With -o patch, the status that the address controller ' +
        'would write.',
      operands: [['[glob...]', 'only hosts that match one of these, such as "*.example.com"']],
      options: [outputOption(['text', 'json', 'yaml', 'patch']), onlyChangesOption(), watchOption(), ...inputOptions()],
      examples: [
        ['vipctl allocate -f mesh/', 'all hosts'],
        ['vipctl allocate -f mesh/ --istio-version 1.20', 'as Istio 1.20 assigns addresses'],
        ['vipctl allocate -f mesh/ -o patch', 'the missing status of each entry'],
      ],
      load: async () => (await import('./run.ts')).allocate,
    },
    dispatch,
  )
