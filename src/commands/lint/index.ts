import type { Command } from 'commander'
import { onlyChangesOption } from '../../input/overlay.ts'
import { choiceOption, type Dispatch, defineCommand, option, pathOption } from '../command.ts'
import { CLUSTER, inputOptions } from '../input-options.ts'
import { collectPairs } from '../values.ts'
import { FAIL_ON } from './config-options.ts'
import {
  CAPTURE_CHOICES,
  collectOutputs,
  FIX_CHOICES,
  LINT_FORMATS,
  type LintCommandOptions,
  parseCount,
} from './options.ts'

const OUTPUT = 'Output options:'
const RULES = 'Rule options:'
const KNOWN = 'Options for findings that are known:'
const FIXES = 'Fix options:'

const outputOptions = () => [
  choiceOption(
    option('-o, --output <format[=file]>', `${LINT_FORMATS.join(', ')}; with =FILE into a file; repeatable`, OUTPUT),
    LINT_FORMATS,
  ).argParser(collectOutputs),
  choiceOption(
    option(
      '--fail-on <severity>',
      'from which severity on the exit code is 1: error (default), warning, info, never',
      OUTPUT,
    ),
    FAIL_ON,
  ),
  option('--max-warnings <n>', 'more warnings than these make the exit code 1, too', OUTPUT).argParser(parseCount),
  option('-q, --quiet', 'text: errors alone, a line each; no warnings and notes on stderr', OUTPUT),
  option('--verbose', 'text: every finding in full, with its rule and all namespaces', OUTPUT),
  onlyChangesOption(),
]

const ruleOptions = () => [
  option(
    '--rule <rule=severity>',
    'error, warning, info or off for a rule or rules (invalid-*); repeatable',
    RULES,
  ).argParser(collectPairs('RULE=SEVERITY')),
  option('--rules', 'list the rules', RULES),
  option('--explain <rule>', 'print the page of a rule', RULES),
  choiceOption(
    option(
      '--dns-capture <mode>',
      'whether proxies capture DNS: true, false, both, or as the mesh says (default)',
      RULES,
    ),
    CAPTURE_CHOICES,
  ),
  option('--from-version <version>', 'Istio version that is upgraded from, to see what changes', RULES),
  pathOption(option('--config <file>', 'configuration (default: .vipctl.yaml here or in a folder above)', RULES)),
  option('--no-config', 'no configuration', RULES),
]

const knownOptions = () => [
  pathOption(option('--baseline <file>', 'report only what is not in it', KNOWN)),
  pathOption(option('--write-baseline <file>', 'write what is found into it', KNOWN)),
  option('--changed-since <ref>', 'report only what was not found at this commit, branch or tag', KNOWN),
]

const fixOptions = () => [
  option('--fix', 'make the fixes that are safe and proven, and report what is left', FIXES),
  option('--dry-run', 'with --fix: print what would be changed as a diff', FIXES),
  choiceOption(option('--fixes <effort>', 'look for fixes: auto (default), all, none', FIXES), FIX_CHOICES),
]

const liveOption = () => option('--live', 'lint the current cluster, whatever files the configuration names', CLUSTER)

export const lintCommand = (dispatch: Dispatch): Command =>
  defineCommand<LintCommandOptions>(
    {
      name: 'lint',
      summary: 'find what goes wrong in a mesh before it is applied',
      description:
        'Checks manifests by what proxies would get of them: ports that lose their listener, addresses that lead ' +
        'elsewhere, hosts that hide each other, references that lead nowhere, and what istiod or Envoy rejects. One ' +
        'synthetic sidecar for each namespace is considered, or the one that --proxy or --node names. Ends with exit ' +
        'code 1 when there are errors.',
      operands: [['[path...]', 'file, directory or glob; the same as -f']],
      options: [
        ...outputOptions(),
        ...ruleOptions(),
        ...knownOptions(),
        ...fixOptions(),
        liveOption(),
        ...inputOptions(),
      ],
      examples: [
        ['vipctl lint manifests/', 'for the proxies of all namespaces'],
        ['vipctl lint manifests/ -o text -o sarif=lint.sarif', 'for people, and for a code scanner'],
        ['vipctl lint -R . --changed-since origin/main', 'only what a change brings'],
        ['vipctl lint manifests/ --rule protocol-unset=off --fail-on warning', 'with other severities'],
        ['vipctl lint --live --context production', 'a cluster'],
        ['vipctl lint -k -f new.yaml --only-changes', 'only what files bring, and take away, over a cluster'],
        ['vipctl lint --explain tcp-port-conflict', 'what a rule finds, and why'],
      ],
      load: async () => (await import('./run.ts')).runLint,
    },
    dispatch,
  )
