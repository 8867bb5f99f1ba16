/** The resolvers for names that the proxy does not have. */
import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { canonicalIp, ipFamily } from '../../common/addresses.ts'
import { UserError } from '../../common/errors.ts'
import { type Endpoint, endpointText } from '../../server/endpoint.ts'
import type { Session } from '../session.ts'
import { statedUpstreams } from './endpoints.ts'
import type { ServeOptions } from './options.ts'

const RESOLV_CONF = '/etc/resolv.conf'
/** The agent prefers this one on port 53 as root: on a machine without interception of DNS. */
const AGENT_RESOLV_CONF = '/var/lib/istio/resolv.conf'
const DNS_PORT = 53

/** The resolvers of a resolv.conf(5), as the agent reads it. */
function nameservers(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [word, server] = line.trim().split(/\s+/)
    return word === 'nameserver' && server !== undefined ? [server] : []
  })
}

function readResolvers(listen: readonly Endpoint[]): { readonly file: string; readonly servers: readonly string[] } {
  const isAgent = process.getuid?.() === 0 && listen.some(({ port }) => port === DNS_PORT)
  const file = isAgent && existsSync(AGENT_RESOLV_CONF) ? AGENT_RESOLV_CONF : RESOLV_CONF
  try {
    return { file, servers: nameservers(readFileSync(file, 'utf8')) }
  } catch (error) {
    throw new UserError(
      `${file}: ${(error as Error).message}`,
      '--upstream ADDRESS names a resolver, --no-upstream none',
    )
  }
}

const UNSPECIFIED = new Set(['0.0.0.0', '::'])

/** The addresses at which a socket receives. */
function addressesOf({ address }: Endpoint): readonly string[] {
  if (!UNSPECIFIED.has(address)) return [address]
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map((item) => item.address) ?? [])
  return [address, ...(address === '::' ? own : own.filter((item) => ipFamily(item) === 4))]
}

/** @throws UserError if questions would come back */
function checkLoops(upstreams: readonly Endpoint[], listen: readonly Endpoint[], from: string): void {
  for (const own of listen) {
    const addresses = new Set(addressesOf(own).map((address) => canonicalIp(address)))
    const loop = upstreams.find(({ address, port }) => port === own.port && addresses.has(canonicalIp(address)))
    if (!loop) continue
    throw new UserError(
      `${from} ${endpointText(loop)} is this server itself, so every forwarded query would come back`,
      '--upstream ADDRESS names another resolver, --no-upstream none',
    )
  }
}

/**
 * The resolvers of the options, or of resolv.conf.
 * @throws UserError if there is no resolv.conf, or if a resolver is the server itself
 */
export async function upstreamsOf(
  options: ServeOptions,
  listen: readonly Endpoint[],
  session: Session,
): Promise<readonly Endpoint[]> {
  const stated = statedUpstreams(options)
  if (stated) {
    checkLoops(stated, listen, '--upstream')
    return stated
  }
  const { file, servers } = readResolvers(listen)
  const valid = servers.filter((server) => ipFamily(server) !== 0)
  if (valid.length === 0) {
    await session.warn(`${file} names no resolver, so all other names get SERVFAIL`, '--upstream ADDRESS names one')
  }
  const upstreams = valid.map((address) => ({ address, port: DNS_PORT }))
  checkLoops(upstreams, listen, `the resolver of ${file},`)
  return upstreams
}
