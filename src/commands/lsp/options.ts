import type { Option } from 'commander'
import type { DnsCaptureMode } from '../../index.ts'
import { choiceOption, option } from '../command.ts'
import { manifestOptions } from '../input-options.ts'
import type { ConfigurableOptions } from '../lint/config/options.ts'

export interface LspOptions extends ConfigurableOptions {
  readonly stdio?: boolean
  readonly clientProcessId?: string
}

/** Repeated here, because these options are created for every command line and must not load the rules. */
const CAPTURE_CHOICES: readonly DnsCaptureMode[] = ['mesh', 'true', 'false', 'both']

const SERVER = 'Server options:'

/** Options of other commands that also make sense for an editor, which names the files itself. */
const SHARED: ReadonlySet<string | undefined> = new Set([
  '--env',
  '--allow-render',
  '--trust-config',
  '--istio-version',
  '--istiod-env',
  '--mesh-config',
  '--assume',
])

export const lspOptions = (): Option[] => [
  option('--stdio', 'talk over standard input and output, which it always does; editors pass it', SERVER),
  option('--clientProcessId <pid>', 'the process to end with; editors pass it', SERVER),
  choiceOption(
    option(
      '--dns-capture <mode>',
      'whether proxies capture DNS: true, false, both, or mesh (default) to follow the mesh',
      'Rule options:',
    ),
    CAPTURE_CHOICES,
  ),
  ...manifestOptions().filter(({ long }) => SHARED.has(long ?? undefined)),
]
