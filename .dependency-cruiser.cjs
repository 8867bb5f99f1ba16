/**
 * Folders are stages and data flows one way: an import may only point up this list. A type is an import too: what a stage
 * knows of another is what it depends on.
 */
const STAGES = [
  ['sources', 'text becomes documents with positions, before anything has a meaning'],
  ['releases', 'what istiod does differently in which release, and nothing of what it is applied to'],
  ['kinds', 'what an object of each kind holds and where it belongs, before there is any object'],
  ['resources', 'documents become typed, validated objects; what they do to a mesh is not known here'],
  ['registry', 'services and endpoints of the mesh, before addresses are assigned and whoever looks at them'],
  ['allocation', 'automatic addresses, which are the same for all proxies'],
  ['derivation', 'configuration that istiod makes of other objects, before any proxy sees it'],
  ['proxy', 'what one proxy says of itself, not what it sees'],
  ['scope', 'what one proxy sees: the only input of dns and envoy'],
  ['dns', 'names and answers'],
  ['serving', 'DNS messages and what is answered to them; not who sends them, nor by which socket'],
  ['envoy', 'what Envoy receives'],
  ['simulation', 'what a proxy does with a connection, from what it has received and nothing else'],
  ['comparison', 'whether two sets of resources mean the same, and where they differ; not who computed them'],
  ['verification', 'what a proxy has, from dumps, against what was computed for it; not where the dumps come from'],
  ['findings', 'rules over facts that the stages return'],
  ['difference', 'what proxies notice of a change of the mesh, and which object it comes from; not how it is read or printed'],
  ['input', 'what a request names, as documents and a mesh; what is printed of it is not known here'],
  ['server', 'sockets, upstream resolvers and processes of a DNS server; the answers come from serving/'],
  ['sandbox', 'a real Envoy with what the stages computed; not where manifests come from, nor what is printed'],
  ['formats', 'lines, tables, JSON, YAML, SARIF: how things are written, whatever they say'],
  ['answers', 'one room for each answer: its data and its columns'],
  ['library', 'what other programs call; how a command line says it is not known here'],
  ['ui', 'lists and keys of the terminal interface; what they show comes from answers'],
  ['playground', 'a page and its worker over the same answers, in a browser; what a command does is not known here'],
  ['editor', 'what an editor is told about manifests while they are written; how a folder is checked is told by commands'],
  ['commands', 'a thin file a command'],
]

const names = STAGES.map(([name]) => name)

/** Those that start from a mesh, whatever computes it. */
const ABOVE_THE_PIPELINE = ['input', 'server', 'sandbox', 'answers', 'library', 'ui', 'playground', 'editor', 'commands']
/** Those that use Node. */
const ON_NODE = ['input', 'server', 'sandbox', 'ui', 'editor', 'commands']

const onlyUpwards = STAGES.slice(0, -1).map(([name, reason], index) => ({
  name: `${name}-imports-only-upwards`,
  comment: `${name}/: ${reason}.`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: `^src/(${names.slice(index + 1).join('|')})/` },
}))

/** What src/index.ts exports from. */
const BEHIND_THE_DOOR = names.filter((name) => !['formats', ...ABOVE_THE_PIPELINE].includes(name))

/** Uses files, sockets or a command line; all else is the core, with what it answers. */
const OUTSIDE =
  '^src/(input|server|sandbox|ui|editor|commands|library/node)/|^src/(cli|compiler|invoked|own-program|code-cache|scripts|start|start-executable)\\.ts$'
const CORE = `^src/(?!library/node/)(common|${names.filter((name) => !ON_NODE.includes(name)).join('|')})/|^src/(index|pipeline)\\.ts$`

/** In envoy/: what decides, and what writes. */
const DECIDES = '^src/envoy/([^/]+/plan|policy)/'
const WRITES = '^src/envoy/([^/]+/write|tls)/'

module.exports = {
  forbidden: [
    ...onlyUpwards,
    {
      name: 'dns-and-envoy-are-siblings',
      comment: 'A proxy gets its name table and its listeners from one view; neither is made from the other.',
      severity: 'error',
      from: { path: '^src/envoy/' },
      to: { path: '^src/dns/' },
    },
    {
      name: 'plans-know-no-messages',
      comment: 'What is decided does not depend on how Envoy writes it: plan/ and policy/ hand data to write/ and tls/.',
      severity: 'error',
      from: { path: DECIDES },
      to: { path: WRITES },
    },
    {
      name: 'writers-decide-nothing',
      comment: 'write/ and tls/ get plans. Code that looks at proxies, flags or releases belongs in plan/.',
      severity: 'error',
      from: { path: WRITES },
      // Messages of the mesh configuration go through as users state them.
      to: {
        path: '^src/(allocation|proxy|registry|releases|resources|scope)/',
        pathNot: '^src/resources/mesh/mesh-config\\.ts$',
      },
    },
    {
      name: 'writers-take-data',
      comment: 'A writer knows the types of plans. A function of plan/ or policy/ that it called would be a decision.',
      severity: 'error',
      from: { path: WRITES },
      to: { path: DECIDES, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stages-do-not-know-the-pipeline',
      comment: 'pipeline.ts knows the stages up to dns in order; one of them that imported it would run in circles.',
      severity: 'error',
      from: { path: `^src/(${names.filter((name) => !ABOVE_THE_PIPELINE.includes(name)).join('|')})/` },
      to: { path: '^src/(pipeline|index|cli)\\.ts$' },
    },
    {
      name: 'formats-know-no-answer',
      comment: 'A format takes a small type that it declares itself, so that every answer can use it.',
      severity: 'error',
      from: { path: '^src/formats/' },
      to: { path: `^src/(${names.filter((name) => name !== 'sources' && name !== 'formats').join('|')})/` },
    },
    {
      name: 'commands-use-the-door',
      comment:
        'src/index.ts names what commands need of the core; leaves, input and answers are imported as they are, and so is what is ' +
        'read late.',
      severity: 'error',
      from: { path: '^src/(commands/|cli\\.ts$)' },
      to: { path: `^src/(${BEHIND_THE_DOOR.join('|')})/|^src/pipeline\\.ts$`, dynamic: false },
    },
    {
      name: 'core-runs-anywhere',
      comment: 'Everything but reading input, sockets and the command line runs in a browser too, without modules of Node.',
      severity: 'error',
      from: { path: CORE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-command-line',
      comment: 'Answers are made for a terminal, a page or another program alike.',
      severity: 'error',
      from: { path: CORE },
      to: { path: `${OUTSIDE}|node_modules/(commander|@kubernetes/client-node)/` },
    },
    {
      name: 'the-page-computes-nothing',
      comment: 'The page asks its worker by the messages of messages.ts; it would freeze if it computed a mesh itself.',
      severity: 'error',
      from: { path: '^src/playground/page/' },
      to: {
        path: `^src/(${names.filter((name) => name !== 'formats').join('|')})/`,
        pathNot: '^src/playground/(page/|messages\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'commands-know-no-page',
      comment: 'Commands serve the built page; its code is for a browser.',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/playground/' },
    },
    {
      name: 'leaves-import-no-stage',
      comment: 'Everything in common/ is imported by every stage and so can import none.',
      severity: 'error',
      from: { path: '^src/common/' },
      to: { path: `^src/(${names.join('|')})/` },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other, for types too, are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
