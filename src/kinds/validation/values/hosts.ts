/**
 * Host names (pkg/config/labels, pkg/config/host and pkg/config/validation/agent/validation.go of the reference).
 * The *Problem functions return why a text is not what they are named after, or undefined when it is.
 */

import { utf8Length } from '../../../common/bytes.ts'
import { quote } from '../report.ts'
import { isIp } from './addresses.ts'
import { parseInteger } from './numbers.ts'

const LONGEST_LABEL = 63
const LONGEST_NAME = 255
const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/
/** `*`, a label, or a label with a `*` or `*-` prefix. */
const WILDCARD_LABEL = /^(?:\*|\*-?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/

/** A DNS label; upper case is allowed. */
export function isLabel(text: string): boolean {
  return text.length <= LONGEST_LABEL && LABEL.test(text)
}

function isWildcardLabel(text: string): boolean {
  return isLabel(text) || (text.length <= LONGEST_LABEL && WILDCARD_LABEL.test(text))
}

function lengthProblem(text: string): string | undefined {
  if (text === '') return 'it is empty'
  return text.length > LONGEST_NAME ? `it is longer than ${LONGEST_NAME} characters` : undefined
}

function labelProblem(label: string): string {
  if (label === '') return 'it has an empty part'
  if (label.length > LONGEST_LABEL) return `the part ${quote(label)} is longer than ${LONGEST_LABEL} characters`
  return `the part ${quote(label)} may have letters, digits and inner hyphens only`
}

/** The last text without a problem: hosts that follow each other often have the same domain. */
let lastWell: string | undefined

/** Labels joined by dots, the last not a number; a trailing dot is allowed. */
function labelsProblem(text: string): string | undefined {
  if (text === lastWell) return undefined
  const problem = findLabelsProblem(text)
  if (problem === undefined) lastWell = text
  return problem
}

function findLabelsProblem(text: string): string | undefined {
  const labels = text.split('.')
  const last = labels.length - 1
  if (parseInteger(labels[last] ?? '') !== undefined) return `its last part, ${quote(labels[last] ?? '')}, is a number`
  for (let index = 0; index <= last; index++) {
    const label = labels[index] ?? ''
    if (!isLabel(label) && (index < last || label !== '')) return labelProblem(label)
  }
  return undefined
}

/** A domain name without wildcards. */
export function fqdnProblem(text: string): string | undefined {
  return lengthProblem(text) ?? labelsProblem(text)
}

/** A domain name whose first part may be a wildcard. */
export function wildcardDomainProblem(text: string): string | undefined {
  const length = lengthProblem(text)
  if (length !== undefined) return length
  const dot = text.indexOf('.')
  const first = dot < 0 ? text : text.slice(0, dot)
  if (!isWildcardLabel(first)) return labelProblem(first)
  return dot < 0 ? undefined : labelsProblem(text.slice(dot + 1))
}

const TRIMMED_DOTS = /^\.+|\.+$/g

/**
 * A host of a VirtualService that is bound to gateways only.
 * @param sni whether AUTO_PASSTHROUGH names are allowed too: `outbound_.PORT_.SUBSET_.HOST`
 */
export function gatewayBoundDomainProblem(text: string, sni: boolean): string | undefined {
  if (!sni || !text.startsWith('outbound_')) return wildcardDomainProblem(text)
  if (utf8Length(text) > LONGEST_NAME) return lengthProblem('x'.repeat(LONGEST_NAME + 1))
  const [, port, , host] = text.split('_').map((part) => part.replace(TRIMMED_DOTS, ''))
  const well = /[0-9]/.test(port ?? '') && /[a-zA-Z]/.test(host ?? '')
  return well ? undefined : 'it does not have the form outbound_.PORT_._.HOST'
}

/** A wildcard that is not `*` or the prefix `*.`. */
export function isPartialWildcard(host: string): boolean {
  return host.length !== 1 && host.includes('*') && !host.startsWith('*.')
}

/** The part after the slash of `NAMESPACE/HOST` in Sidecars and Gateways. */
export function scopedHostProblem(host: string, ipAllowed: boolean): string | undefined {
  if (host !== '*' && !host.includes('.')) return 'short names are not allowed; write the full name'
  if (isPartialWildcard(host)) return 'a wildcard must be * or the prefix *.'
  const problem = wildcardDomainProblem(host)
  return problem !== undefined && ipAllowed && isIp(host) ? undefined : problem
}

const isWildcard = (host: string) => host.startsWith('*')
/** The suffix that hosts covered by this one have. */
const tailOf = (host: string) => (isWildcard(host) ? host.slice(1) : host)

/**
 * An index of hosts that finds one that covers a given host: an equal one, or a wildcard with a matching suffix. A
 * lookup takes as many steps as the wildcards have different lengths.
 */
export class HostIndex {
  readonly #exact = new Map<string, number>()
  readonly #tails = new Map<string, number>()
  readonly #lengths: readonly number[]

  constructor(hosts: readonly string[]) {
    for (let index = 0; index < hosts.length; index++) {
      const host = hosts[index] ?? ''
      const into = isWildcard(host) ? this.#tails : this.#exact
      const key = tailOf(host)
      if (!into.has(key)) into.set(key, index)
    }
    this.#lengths = [...new Set([...this.#tails.keys()].map((tail) => tail.length))]
  }

  /** The index of a host that covers this one, ignoring `except`, so that a host of the list can be looked up. */
  covering(host: string, except = -1): number | undefined {
    if (!isWildcard(host)) {
      const equal = this.#exact.get(host)
      if (equal !== undefined && equal !== except) return equal
    }
    const tail = tailOf(host)
    for (const length of this.#lengths) {
      if (length > tail.length) continue
      const index = this.#tails.get(tail.slice(tail.length - length))
      if (index !== undefined && index !== except) return index
    }
    return undefined
  }
}
