/** The names of graphs and of their formats, which every start of the program reads. */
export const GRAPHS = ['conflicts', 'visibility', 'clusters'] as const
export type GraphKind = (typeof GRAPHS)[number]

export const GRAPH_FORMATS = ['text', 'mermaid', 'dot', 'svg', 'json', 'yaml'] as const
export type GraphFormat = (typeof GRAPH_FORMATS)[number]
