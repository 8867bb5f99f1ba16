import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type LintCommandOptions, lintOptions } from './options.ts'

export const lintCommand = (dispatch: Dispatch): Command =>
  defineCommand<LintCommandOptions>(
    {
      name: 'lint',
      summary: 'find problems in a mesh before you apply it',
      description:
        'Computes what proxies would receive, and reports problems: ports that lose their listener, addresses that lead ' +
        'elsewhere, hosts that hide each other, references to missing objects, and what istiod or Envoy rejects. It checks ' +
        'one synthetic sidecar per namespace, or the proxy of --proxy or --node. Folders are read with their subfolders; ' +
        'without paths, lint reads the inputs of .vipctl.yaml or the working directory. Exits with code 1 if there are ' +
        'errors.',
      operands: [['[path...]', 'file, directory or glob; the same as -f']],
      options: lintOptions,
      examples: [
        ['vipctl lint manifests/', 'for the proxies of all namespaces'],
        ['vipctl lint manifests/ -o text -o sarif=lint.sarif', 'for people, and for a code scanner'],
        ['vipctl lint --changed-since origin/main', 'only findings that a change adds'],
        ['vipctl lint manifests/ --rule protocol-unset=off --fail-on warning', 'with other severities'],
        ['vipctl lint --live --context production', 'a cluster'],
        ['vipctl lint -k -f new.yaml --only-changes', 'only what files would add or remove in a cluster'],
        ['vipctl lint --explain tcp-port-conflict', 'what a rule finds, and why'],
      ],
      load: async () => (await import('./run.ts')).runLint,
    },
    dispatch,
  )
