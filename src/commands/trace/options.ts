import type { Option } from 'commander'
import { InvalidArgumentError } from 'commander'
import { DEEPEST, DEFAULT_DEPTH } from '../../answers/trace/depth.ts'
import type { RequestFlags } from '../../answers/trace/target.ts'
import { ipFamily } from '../../common/addresses.ts'
import { option, outputOption, pathOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { collect, collectPairs, type Pair } from '../values.ts'

export const TRACE_FORMATS = ['text', 'json', 'yaml', 'mermaid', 'dot'] as const

export interface TraceOptions extends ProxyOptions, Omit<RequestFlags, 'claims'> {
  /** JSON, or a file with it. */
  readonly jwtClaims?: string
  readonly output?: (typeof TRACE_FORMATS)[number]
  readonly from?: string
  readonly resolve?: readonly Pair[]
  readonly allBranches?: boolean
  readonly depth?: number
  readonly batch?: string
}

const REQUEST = 'Request options:'
const TRACE = 'Trace options:'

function checkAddress([, address]: Pair): string | undefined {
  return ipFamily(address) === 0 ? `${JSON.stringify(address.slice(0, 80))} is not an IP address.` : undefined
}

function parseDepth(text: string): number {
  const depth = /^\d{1,3}$/.test(text) ? Number(text) : -1
  if (depth < 0 || depth > DEEPEST) throw new InvalidArgumentError(`Allowed are numbers from 0 to ${DEEPEST}.`)
  return depth
}

export const traceOptions = (): Option[] => [
  option('--method <method>', 'method of the request (default: GET, for gRPC POST)', REQUEST),
  option('-H, --header <name:value>', "header of the request, as 'name: value'; repeatable", REQUEST).argParser(
    collect,
  ),
  option('--sni <name>', 'server name that the client sends in TLS (default with https: the host)', REQUEST),
  option('--alpn <protocols>', 'protocols that the client offers in TLS, separated by commas', REQUEST),
  option(
    '--source-ip <address>',
    'address that the client connects from, for policies and filter chains that ask for it',
    REQUEST,
  ),
  option(
    '--principal <identity>',
    "identity of the client's proxy in the mesh: TRUSTDOMAIN/ns/NAMESPACE/sa/ACCOUNT",
    REQUEST,
  ),
  pathOption(
    option('--jwt-claims <json>', 'claims of the valid token that the request has: JSON, or a file with it', REQUEST),
  ),
  option('--server-first', 'the client waits for the server to send first', REQUEST),
  option('--resolve <name=address>', 'address of a name that the proxy does not answer; repeatable', REQUEST).argParser(
    collectPairs('NAME=ADDRESS', checkAddress),
  ),
  pathOption(option('--batch <file>', 'read requests from a file, one JSON object per line; - for stdin', REQUEST)),
  option(
    '--from <client>',
    'gateway/NAME[.NAMESPACE] for a client outside of the mesh that connects to this gateway, outside for one that ' +
      'connects to the gateway or workload at the address of the target (default: the proxy)',
    TRACE,
  ),
  option('--all-branches', 'follow every cluster of a weighted destination, not only the heaviest', TRACE),
  option(
    '--depth <proxies>',
    `how many proxies to follow after the first (default: ${DEFAULT_DEPTH})`,
    TRACE,
  ).argParser(parseDepth),
  outputOption(TRACE_FORMATS),
  ...inputOptions(),
]
