/** Opens the sockets, or says why that is impossible. */
import { UserError } from '../../common/errors.ts'
import type { ServedTables } from '../../index.ts'
import { type Endpoint, endpointText } from '../../server/endpoint.ts'
import { type DnsService, type ServiceEvents, type ServiceOptions, serveInProcess } from '../../server/service.ts'

const FIRST_UNPRIVILEGED = 1024

/** Another port for the hint; DNS servers often have one that ends alike. */
const UNPRIVILEGED = 5353

function hintFor(code: string | undefined, { address, port }: Endpoint, flag: string): string | undefined {
  if (code === 'EADDRINUSE') return `${flag} ${endpointText({ address, port: 0 })} takes any free port`
  if (code === 'EACCES' && port < FIRST_UNPRIVILEGED) {
    const other = endpointText({ address, port: UNPRIVILEGED })
    return `${flag} ${other}, or give the program the right: root, or the capability CAP_NET_BIND_SERVICE`
  }
  return undefined
}

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'another program has this port'],
  ['EACCES', 'this user may not use this port'],
  ['EADDRNOTAVAIL', 'this machine does not have this address'],
  ['EAFNOSUPPORT', 'this machine does not have this kind of address'],
  ['EINVAL', 'this address cannot be used'],
])

/**
 * The error of a socket as one for users.
 * @param stated the addresses that were to be opened, of which the error names one
 */
export function socketError(error: unknown, stated: readonly Endpoint[], flag: string): unknown {
  const { code, address, port } = error as NodeJS.ErrnoException & Partial<Endpoint>
  const reason = REASONS.get(code)
  if (reason === undefined) return error
  const endpoint = stated.find((each) => each.address === address && each.port === port) ?? stated[0]
  if (!endpoint) return error
  return new UserError(`${flag} ${endpointText(endpoint)}: ${reason}`, hintFor(code, endpoint, flag))
}

/**
 * @param workers the number of processes that answer; 0 for this one
 * @throws UserError if an address cannot be used
 */
export async function openService(
  workers: number,
  tables: ServedTables,
  options: ServiceOptions,
  events: ServiceEvents,
): Promise<DnsService> {
  try {
    if (workers === 0) return await serveInProcess(tables, options, events)
    const { serveInWorkers } = await import('../../server/workers.ts')
    return await serveInWorkers(workers, tables, options, events)
  } catch (error) {
    throw socketError(error, options.listen, '--listen')
  }
}
