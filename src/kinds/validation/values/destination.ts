/** Destinations of routes, and references to Gateways (pkg/config/validation/validation.go of the reference). */
import type { Destination } from '../../messages/virtual-service.ts'
import { type Path, quote, type Report } from '../report.ts'
import { fqdnProblem, isLabel, wildcardDomainProblem } from './hosts.ts'
import { checkPort } from './ports.ts'

export function checkSubsetName(report: Report, parent: Path, step: string, name: string): void {
  if (isLabel(name)) return
  const message = name === '' ? 'a subset needs a name' : `${quote(name)} is not a name of a subset`
  const hint = 'a subset name has up to 63 letters, digits and inner hyphens'
  report.error(parent, step, 'subset-name-invalid', message, hint)
}

/** @param at the path of the destination */
export function checkDestination(report: Report, at: Path, destination: Destination): void {
  const { host, subset, port } = destination
  const problem = host === '*' ? 'it is a wildcard' : wildcardDomainProblem(host)
  if (problem !== undefined) {
    report.error(at, 'host', 'destination-invalid', `${quote(host)} is not a host of a service: ${problem}`)
  }
  if (subset !== '') checkSubsetName(report, at, 'subset', subset)
  if (port) checkPort(report, [...at, 'port'], 'number', port.number)
}

interface WeightedDestination {
  readonly destination: Destination | undefined
  readonly weight: number
}

/**
 * @param at the path of the list
 * @param foreign whether the routes were generated from another API, whose hosts are not validated here
 */
export function checkDestinations(
  report: Report,
  at: Path,
  routes: readonly WeightedDestination[],
  foreign: boolean,
): void {
  let total = 0
  for (let index = 0; index < routes.length; index++) {
    const route = routes[index]
    if (!route) continue
    const here = [...at, index]
    if (!route.destination) report.error(here, 'destination', 'destination-required', 'a route needs a destination')
    else if (!foreign) checkDestination(report, [...here, 'destination'], route.destination)
    if (route.weight < 0) {
      report.error(here, 'weight', 'weight-invalid', `a weight must not be negative, but is ${route.weight}`)
    }
    // The reference adds 32 bit integers.
    total = (total + route.weight) | 0
  }
  if (routes.length > 1 && total === 0) {
    report.error(at.slice(0, -1), at[at.length - 1] ?? '', 'weight-invalid', 'the weights add up to 0')
  }
}

/**
 * Each name must be `NAMESPACE/NAME`. As in the reference, a name without a namespace ends the check of the list.
 * @param foreign whether the names come from another API, and so may be more than labels
 */
export function checkGatewayNames(report: Report, at: Path, names: readonly string[], foreign = false): void {
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? ''
    const slash = name.indexOf('/')
    if (slash < 0) {
      checkPlainGatewayName(report, at, index, name)
      return
    }
    if (isLabel(name.slice(0, slash)) && (isLabel(name.slice(slash + 1)) || (foreign && slash < name.length - 1)))
      continue
    const message = `${quote(name)} is not a reference to a Gateway`
    report.error(at, index, 'gateway-reference-invalid', message, 'write NAMESPACE/NAME')
  }
}

function checkPlainGatewayName(report: Report, at: Path, index: number, name: string): void {
  const [gateway, namespace] = name.split('.')
  if (namespace !== undefined) {
    const message = `${quote(name)} is the old form of a reference to a Gateway`
    report.warn(at, index, 'gateway-reference-legacy', message, `write ${quote(`${namespace}/${gateway}`)}`)
  }
  const problem = fqdnProblem(name)
  if (problem === undefined) return
  const message = `${quote(name)} is not a reference to a Gateway: ${problem}`
  report.error(at, index, 'gateway-reference-invalid', message, 'write NAMESPACE/NAME')
}
