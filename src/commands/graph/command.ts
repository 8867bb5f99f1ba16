import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type GraphOptions, graphOptions } from './options.ts'

export const graphCommand = (dispatch: Dispatch): Command =>
  defineCommand<GraphOptions>(
    {
      name: 'graph',
      summary: 'draw who takes whose port, who sees what, or the networks of clusters',
      description:
        'Draws a picture in the terminal, or for Mermaid, Graphviz and web pages. `conflicts` (the default) has the ' +
        'listeners of a proxy that several services want: who wins, who loses, and by which rule. `visibility` has which ' +
        'namespaces see which hosts. `clusters` has the networks, the gateways into them and the clusters in them. Large ' +
        'meshes are folded: the comments say what is left out.',
      operands: [['[what]', 'conflicts (default), visibility or clusters']],
      options: graphOptions,
      examples: [
        ['vipctl graph -f manifests/', 'the conflicts of a sidecar in namespace default'],
        ['vipctl graph -f manifests/ --proxy deploy/web.shop --focus db.example.com', 'what happens to one host'],
        ['vipctl graph visibility -f manifests/ -o mermaid', 'for a page in Markdown'],
        ['vipctl graph clusters -f east/ --remote west=west/ -o svg > mesh.svg', 'as an image'],
        ['vipctl graph conflicts -f manifests/ -o dot | dot -Tpng > conflicts.png', 'by Graphviz'],
      ],
      load: async () => (await import('./run.ts')).graph,
    },
    dispatch,
  )
