import type { Option } from 'commander'
import { InvalidArgumentError } from 'commander'
import { nameOption, option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { PROXY } from '../shared-options.ts'
import { collect, collectPairs, type Pair, parseTimeout } from '../values.ts'

export interface ServeOptions extends Omit<ProxyOptions, 'proxy'> {
  readonly output?: 'text' | 'json'
  readonly listen?: readonly string[]
  /** false with --no-upstream. */
  readonly upstream?: readonly string[] | false
  /** Milliseconds. */
  readonly upstreamTimeout?: number
  readonly upstreamParallel?: boolean
  readonly proxy?: readonly string[]
  /** Prefixes of clients with the names of proxies. */
  readonly view?: readonly Pair[]
  readonly watch?: boolean
  readonly log?: boolean
  readonly metrics?: string
  readonly workers?: number
}

const SERVER = 'Server options:'
const UPSTREAM = 'Upstream options:'
const MOST_WORKERS = 64

function parseWorkers(text: string): number {
  if (/^[0-9]{1,2}$/.test(text) && Number(text) <= MOST_WORKERS) return Number(text)
  throw new InvalidArgumentError(`Allowed are numbers from 0 to ${MOST_WORKERS}.`)
}

const collectUpstreams = (text: string, before: readonly string[] | boolean | undefined): readonly string[] =>
  collect(text, Array.isArray(before) ? before : undefined)

const proxyOption = (): Option =>
  nameOption(
    option(
      '--proxy <proxy>',
      '[TYPE/]NAME[.NAMESPACE] of the proxy whose DNS server to be (default: a synthetic sidecar); repeatable with --view',
      PROXY,
    ).argParser(collect),
    'proxies',
  )

export const serveOptions = (): Option[] => [
  option(
    '--listen <address:port>',
    'address for UDP and TCP, [::1]:5353 for IPv6; port 0 is any (default: 127.0.0.1:5353); repeatable',
    SERVER,
  ).argParser(collect),
  option('--view <cidr=proxy>', 'clients of this range get the answers of this proxy; repeatable', SERVER).argParser(
    collectPairs('CIDR=PROXY'),
  ),
  option('-w, --watch', 'also answer from later changes of the files or the cluster', SERVER),
  option(
    '--workers <number>',
    'processes that answer; 0 to answer in the one that computes (default: 2)',
    SERVER,
  ).argParser(parseWorkers),
  option('--log', 'print one line per query', SERVER),
  option('--metrics <address:port>', 'serve /metrics for Prometheus, and /healthz, by HTTP', SERVER),
  option(
    '--upstream <address[:port]>',
    'resolver for all other names (default: those of /etc/resolv.conf); repeatable',
    UPSTREAM,
  ).argParser(collectUpstreams),
  option('--no-upstream', 'answer SERVFAIL to all other names', UPSTREAM),
  option('--upstream-timeout <duration>', 'how long to wait for each resolver (default: 5s)', UPSTREAM).argParser(
    parseTimeout,
  ),
  option('--upstream-parallel', 'ask all resolvers at once, as with DNS_FORWARD_PARALLEL=true', UPSTREAM),
  outputOption(['text', 'json']),
  ...inputOptions().map((item) => (item.long === '--proxy' ? proxyOption() : item)),
]
