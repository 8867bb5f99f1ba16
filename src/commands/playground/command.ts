import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type PlaygroundOptions, playgroundOptions } from './options.ts'

export const playgroundCommand = (dispatch: Dispatch): Command =>
  defineCommand<PlaygroundOptions>(
    {
      name: 'playground',
      summary: 'try manifests in a browser',
      description:
        'Serves a page on loopback and opens it: an editor for manifests that shows, as you type, names and addresses, DNS ' +
        'answers, listeners with their conflicts, findings with fixes, and traces. The page computes everything itself; ' +
        'nothing is uploaded. Ctrl-C ends the server.',
      options: playgroundOptions,
      examples: [
        ['vipctl playground', 'serve the page and open it'],
        ['vipctl playground --no-open --port 8080', 'only serve it, at http://127.0.0.1:8080/'],
        ['vipctl playground --out playground.html', 'one file that works from a disk or any web server'],
      ],
      load: async () => (await import('./run.ts')).playground,
    },
    dispatch,
  )
