/** Command lines that read the files of an input. */
import { hostileText } from './hostile.ts'
import type { Random } from './random.ts'

/** Files of an input besides the manifests. */
export const FILES = {
  manifests: 'mesh.yaml',
  /** Other manifests, to which those of the mesh are applied. */
  base: 'base.yaml',
  node: 'node.json',
  meshConfig: 'mesh-config.yaml',
  names: 'names.txt',
  config: 'config.yaml',
  baseline: 'baseline.json',
  kubeconfig: 'kubeconfig.yaml',
  suite: 'mesh.vipctl-test.yaml',
} as const

export interface CommandLine {
  readonly argv: readonly string[]
  /** Which options are added: with a proxy, for the mesh only, or none. */
  readonly about: 'proxy' | 'mesh' | 'nothing'
}

const asOperand = (name: string): string => (name.startsWith('-') || name === '' ? `x${name}` : name)

const TYPES = ['A', 'AAAA', 'ANY', 'TXT', 'PTR', 'SRV']
const VIEWS = ['listeners', 'clusters', 'endpoints', 'routes', 'all']
const MODES = ['mesh', 'true', 'false', 'both']
const LINT_FORMATS = ['json', 'yaml', 'sarif', 'junit', 'github', 'gitlab']
const SUITE_FORMATS = ['text', 'tap', 'junit', 'github', 'json']
const TRACE_FORMATS = ['text', 'json', 'yaml', 'mermaid', 'dot']
const SEVERITIES = ['error', 'warning', 'info', 'off']

const ofProxy = (...argv: readonly string[]): CommandLine => ({ argv, about: 'proxy' })
const ofMesh = (...argv: readonly string[]): CommandLine => ({ argv, about: 'mesh' })
const alone = (...argv: readonly string[]): CommandLine => ({ argv, about: 'nothing' })

function questions(name: string, random: Random): CommandLine[] {
  const operand = asOperand(name)
  return [
    ofProxy('dig', operand, random.pick(TYPES)),
    ofProxy('dig', operand, '+short'),
    ofProxy('dig', operand, '+search', '-o', random.pick(['json', 'yaml'])),
    ofProxy('dig', '-x', asOperand(random.pick(['240.240.0.1', '10.0.0.1', '2001:2::1', name]))),
    ofProxy('dig', operand, asOperand(hostileText(random).replaceAll('\u0000', ''))),
    ofProxy('dig', '--batch', FILES.names),
    ofProxy('dig', '--batch', FILES.names, '-o', 'json'),
    ofProxy('nametable'),
    ofProxy('nametable', '-o', random.pick(['json', 'yaml'])),
    ofProxy('nametable', operand),
    ofProxy('allocate'),
    ofProxy('allocate', '-o', random.pick(['json', 'yaml', 'patch'])),
    ofProxy('allocate', '--istio-version', random.pick(['1.7', '1.12', '1.20', '1.26'])),
  ]
}

function configurations(name: string, random: Random): CommandLine[] {
  const view = random.pick(VIEWS)
  return [
    ofProxy('dump', '-o', 'yaml'),
    ofProxy('dump', '-o', 'config-dump'),
    ofProxy('proxy-config', view),
    ofProxy('proxy-config', view, '--explain'),
    ofProxy('proxy-config', random.pick(['listeners', 'clusters']), '--explain'),
    ofProxy('proxy-config', view, '-o', random.pick(['json', 'yaml'])),
    ofProxy('proxy-config', 'listeners', '--port', random.pick(['80', '443', '3306', '15006', '0']), '--explain'),
    ofProxy('proxy-config', 'clusters', '--fqdn', name, '--explain'),
    ofProxy('trace', asOperand(`${name}:${random.pick(['80', '443', '3306'])}`), '-o', random.pick(TRACE_FORMATS)),
    ofProxy('trace', `http://${name}/${random.pick(['', 'a?b=c', 'x/../%2e'])}`, '-H', `x: ${name}`, '--all-branches'),
    ofProxy('trace', `https://${name}/`, '--from', random.pick(['outside', `gateway/${name}`])),
    ofProxy('trace', '240.240.0.1:80', '--batch', FILES.names),
    ofProxy('conflicts'),
    ofProxy('conflicts', '-o', random.pick(['json', 'yaml'])),
    ofProxy('conflicts', '--fix', 'none'),
    ofProxy('conflicts', '--fix', random.pick(['addresses', 'all', name]), '-o', random.pick(['text', 'json'])),
    ofProxy('gateways', ...random.pick([[], ['-o', 'json'], ['-o', 'yaml'], ['-n', name]])),
    ofMesh('snapshot', ...random.pick([[], ['-o', 'json'], ['--out-dir', 'case']])),
  ]
}

const EFFECTS = ['any', 'vip-change', 'conflict,unreachable']
const DIFF_FORMATS = ['text', 'json', 'yaml', 'markdown', 'github']
const PICTURES = ['conflicts', 'visibility', 'clusters']
const PICTURE_FORMATS = ['text', 'mermaid', 'dot', 'svg', 'json', 'yaml']
const VERIFY_FORMATS = ['text', 'json', 'yaml', 'markdown']

/** Comparisons of what was computed, and refusals of the commands that run it until they are stopped. */
export function comparisons(name: string, random: Random): CommandLine[] {
  const format = random.pick(DIFF_FORMATS)
  return [
    ofProxy('diff', FILES.base, '-o', format),
    ofProxy('diff', FILES.base, '--resources', '--no-lint', '-o', random.pick(DIFF_FORMATS)),
    ofMesh('diff', FILES.base, '--summary', '--fail-on', random.pick([...EFFECTS, name])),
    ofMesh('diff', '--from-version', '1.24', '--to-version', random.pick(['1.28', '1.31', name])),
    alone('diff', `git:${name}`, FILES.manifests),
    alone('diff', `git:HEAD:${name}`, asOperand(name)),
    ofMesh('verify', '--config-dump', random.pick(Object.values(FILES)), '-o', random.pick(VERIFY_FORMATS)),
    ofMesh('verify', '--bug-report', random.pick([FILES.manifests, '.'])),
    alone('proxy-status', '--syncz', random.pick(Object.values(FILES)), ...random.pick([[], ['-o', 'json']])),
    ofProxy('serve', '--listen', `x${name}`),
    ofProxy('serve', '--view', `x${name}=web.shop`),
    ofProxy('sandbox', '--envoy', FILES.node, '--', 'true'),
    // Standard input is not a terminal.
    ofProxy('ui', '--view', random.pick(['hosts', name])),
    alone('playground', '--no-open', '--bind', `x${name}`),
    alone('lsp', '--dns-capture', `x${name}`),
    ofProxy('graph', random.pick(PICTURES), '-o', random.pick(PICTURE_FORMATS)),
    ofProxy('graph', random.pick(PICTURES), '--focus', name),
  ]
}

/** Commands that need no mesh, and suites, which name theirs. */
function others(name: string, random: Random): CommandLine[] {
  return [
    alone('test', FILES.suite, '-o', random.pick(SUITE_FORMATS)),
    alone('test', FILES.suite, '--coverage', '-o', random.pick(['text', 'json'])),
    alone('test', '-o', random.pick(SUITE_FORMATS)),
    ofMesh('releases', random.pick(['1.24', name]), random.pick(['1.26', name]), '--budget', '1s'),
    alone('releases', asOperand(name), ...random.pick([[], ['-o', 'json']])),
    alone('completion', random.pick(['bash', 'zsh', 'fish', asOperand(name)])),
    alone('version', ...random.pick([[], ['--short'], ['-o', 'yaml'], ['-o', 'json']])),
    alone('options'),
    alone('help', random.pick(['dig', asOperand(name)])),
    alone(asOperand(name), name),
  ]
}

function meshes(name: string, random: Random): CommandLine[] {
  return [
    ofProxy('patches', ...random.pick([[], ['-o', 'json'], ['-o', 'yaml'], [asOperand(name)]])),
    ofMesh('status', ...random.pick([[], ['-o', 'json'], ['-o', 'yaml'], ['-o', 'patch'], [asOperand(name)]])),
    ofMesh('clusters', ...random.pick([[], ['-o', 'json'], ['-o', 'yaml']])),
    ofMesh('proxies', '-A', ...random.pick([[], ['-o', 'json'], ['-o', 'yaml']])),
    ofMesh('proxies', asOperand(name)),
    alone('rbac', asOperand(random.pick(['dig', 'lint', 'dump', name])), ...random.pick([[], ['-o', 'json']])),
    alone('rbac', '-n', name, '-i', name, '--revision', name, '--remote-secrets', '-o', random.pick(['yaml', 'json'])),
  ]
}

function lints(name: string, random: Random): CommandLine[] {
  const format = random.pick(LINT_FORMATS)
  return [
    ofProxy('lint', '--dns-capture', random.pick(MODES)),
    ofMesh('lint', '-o', format, '--dns-capture', 'both'),
    ofMesh('lint', '-o', random.pick(LINT_FORMATS), '--fixes', 'none'),
    ofMesh('lint', '--from-version', random.pick(['1.20', '1.24', name]), '--verbose'),
    ofMesh('lint', '--fix', '--dry-run'),
    ofMesh('lint', '-q', '--rule', `${random.pick(['invalid-*', '*', name])}=${random.pick(SEVERITIES)}`),
    ofMesh('lint', '-o', format, '-o', 'text=report.txt', '--max-warnings', '0'),
    alone('lint', '--explain', asOperand(random.pick(['tcp-port-conflict', name]))),
  ]
}

const overlays = (name: string, random: Random): CommandLine[] =>
  [
    ofProxy('dump', '-o', random.pick(['json', 'yaml'])),
    ofProxy('conflicts'),
    ofProxy('allocate', '--only-changes'),
    ofProxy('dig', asOperand(name)),
    ofProxy('dump', '--only-changes'),
    ofProxy('conflicts', '--only-changes', '-o', 'json'),
    ofMesh('lint', '-o', 'json'),
  ].map(({ argv, about }) => ({ argv: [...argv, '--base', FILES.base], about }))

/** A selection of what each command can do with manifests; `name` is from the mesh, or hostile. */
export function commandLines(name: string, random: Random): CommandLine[] {
  return [
    ...questions(name, random),
    ...configurations(name, random),
    ...meshes(name, random),
    ...lints(name, random),
    ...overlays(name, random),
    ...others(name, random),
  ]
}

/** Commands that read `.vipctl.yaml`, which may name the manifests. */
export const configLines = (random: Random): CommandLine[] => [
  ofMesh('lint', '--config', FILES.config, '-o', random.pick(['json', 'sarif', 'github'])),
  alone('lint', '--config', FILES.config, '--verbose'),
  alone('lint', '--config', FILES.config, '--rules'),
]

export const baselineLine = (random: Random): CommandLine =>
  ofMesh('lint', '--baseline', FILES.baseline, '-o', random.pick(['json', 'sarif', 'junit']))

const LIVE = ['dump', 'lint', 'proxies', 'snapshot', 'clusters', 'allocate']

/** A command that reads a missing cluster. */
export function liveLine(name: string, random: Random): CommandLine {
  const options = random.pick([
    [],
    ['--context', name],
    ['--remote-secrets'],
    ['--as', name],
    ['-k', '-f', FILES.manifests],
  ])
  return alone(random.pick(LIVE), '-c', FILES.kubeconfig, '--request-timeout', '2s', ...options)
}
