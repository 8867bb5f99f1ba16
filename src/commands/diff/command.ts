import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type DiffOptions, diffOptions } from './options.ts'

export const diffCommand = (dispatch: Dispatch): Command =>
  defineCommand<DiffOptions>(
    {
      name: 'diff',
      summary: 'print what proxies notice of a change: two inputs, commits or versions of Istio',
      description:
        'Compares two meshes by what proxies get from istiod, not by text, and prints the effects of each changed object: ' +
        'addresses that move, listeners that are lost, routes that lead elsewhere. It compares all proxies: sidecars of ' +
        'every namespace with and without DNS capture, workloads and gateways. Each of the two is a path, git:REF, ' +
        'git:REF:PATH, cluster: or cluster:CONTEXT. Without the second, the first is compared with the files in the ' +
        'working tree: those of -f, or the same path.',
      operands: [
        ['[before]', 'path, git:REF, git:REF:PATH, cluster: or cluster:CONTEXT'],
        ['[after]', 'the same forms (default: the files of -f, or PATH in the working tree)'],
      ],
      options: diffOptions,
      examples: [
        ['vipctl diff git:main -f mesh/', 'what the working tree changes compared with main'],
        ['vipctl diff git:v1:mesh git:v2:mesh', 'two commits of the repository at hand'],
        ['vipctl diff old/ new/ --resources', 'two folders, with each resource that differs'],
        ['vipctl diff cluster: -k -f mesh/', 'what applying the files to the current cluster would change'],
        ['vipctl diff --from-version 1.26 --to-version 1.30 mesh/', 'what an upgrade of Istio changes'],
        ['vipctl diff git:origin/main -f mesh/ --fail-on vip-change,unreachable', 'a check of a merge request'],
      ],
      load: async () => (await import('./run.ts')).diff,
    },
    dispatch,
  )
