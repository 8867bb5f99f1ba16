import type { Option } from 'commander'
import { option, outputOption, pathOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'

export interface VerifyOptions extends ProxyOptions {
  readonly output?: 'text' | 'json' | 'yaml' | 'markdown'
  readonly configDump?: string
  readonly ndsz?: string
  readonly clusters?: string
  readonly bugReport?: string
  readonly before?: string
}

const EVIDENCE = 'What the proxies have:'

export const verifyOptions = (): Option[] => [
  pathOption(option('--config-dump <file>', "Envoy's config_dump?include_eds of one proxy; - for stdin", EVIDENCE)),
  pathOption(option('--clusters <file>', "Envoy's /clusters of that proxy, as text or JSON", EVIDENCE)),
  pathOption(option('--ndsz <file>', "istiod's /debug/ndsz?proxyID=POD.NAMESPACE of that proxy", EVIDENCE)),
  pathOption(option('--bug-report <path>', 'archive or folder of istioctl bug-report: all its proxies', EVIDENCE)),
  pathOption(
    option(
      '--before <mesh>',
      'an older mesh, to find what proxies have not got yet: PATH, git:REF or git:REF:PATH',
      EVIDENCE,
    ),
  ),
  outputOption(['text', 'json', 'yaml', 'markdown']),
  ...inputOptions(),
]
