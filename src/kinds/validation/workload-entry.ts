import { UNIX_PREFIX } from '../../common/addresses.ts'
import type { WorkloadEntry } from '../messages/workload-entry.ts'
import type { Resource } from '../resource.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkUnixPath, isIp } from './values/addresses.ts'
import { fqdnProblem } from './values/hosts.ts'
import { checkLabels } from './values/labels.ts'
import { checkPort, checkPortName } from './values/ports.ts'

const SPEC: Path = ['spec']

/** Transcribes the reference's ValidateWorkloadEntry. */
export function validateWorkloadEntry({ spec }: Resource<WorkloadEntry>, report: Report): void {
  checkWorkload(report, SPEC, spec)
}

/**
 * A workload of its own, or an endpoint of a ServiceEntry with resolution STATIC.
 * @param servicePorts the names of the ServiceEntry's ports
 */
export function checkWorkload(
  report: Report,
  at: Path,
  workload: WorkloadEntry,
  servicePorts?: ReadonlySet<string>,
): void {
  const { address, network } = workload
  if (address === '') {
    if (network === '') {
      report.error(at, 'address', 'workload-address', 'an address is needed')
      return
    }
    const message = `there is no address, so traffic goes to the gateway of the network ${quote(network)}`
    report.warn(at, 'network', 'workload-address-unset', message)
  } else if (address.startsWith(UNIX_PREFIX)) {
    checkUnixEndpoint(report, at, workload, servicePorts)
  } else if (!isIp(address)) {
    checkNamedAddress(report, at, address, servicePorts !== undefined)
  }
  checkWorkloadPorts(report, at, workload.ports, servicePorts)
  checkLabels(report, at, 'labels', workload.labels)
}

function checkUnixEndpoint(
  report: Report,
  at: Path,
  { address, ports }: WorkloadEntry,
  servicePorts: ReadonlySet<string> | undefined,
): void {
  checkUnixPath(report, at, 'address', address)
  if (ports.size > 0) {
    report.error(at, 'ports', 'unix-endpoint-ports', `${quote(address)} is a socket, which has no ports`)
  }
  if (servicePorts && servicePorts.size !== 1) {
    const message = `a socket can serve one port, but the ServiceEntry has ${servicePorts.size}`
    report.error(at, 'address', 'unix-endpoint-ports', message)
  }
}

function checkNamedAddress(report: Report, at: Path, address: string, endpoint: boolean): void {
  if (endpoint) {
    const message = `${quote(address)} is not an IP address, which resolution STATIC needs`
    report.error(at, 'address', 'static-endpoint-not-ip', message, 'use resolution DNS for host names')
    return
  }
  const problem = fqdnProblem(address)
  if (problem === undefined) return
  report.error(at, 'address', 'workload-address', `${quote(address)} is neither an IP nor a host name: ${problem}`)
}

/** Checks the ports of a workload; an endpoint may only use the ServiceEntry's. */
export function checkWorkloadPorts(
  report: Report,
  parent: Path,
  ports: ReadonlyMap<string, number>,
  servicePorts: ReadonlySet<string> | undefined,
): void {
  if (ports.size === 0) return
  const at = [...parent, 'ports']
  for (const [name, number] of ports) {
    if (servicePorts && !servicePorts.has(name)) {
      const message = `the ServiceEntry has no port named ${quote(name)}`
      report.error(at, name, 'endpoint-port-undeclared', message)
    }
    checkPortName(report, at, name, name)
    checkPort(report, at, name, number)
  }
}
