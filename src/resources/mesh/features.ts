/** istiod's settings, from its environment and version (pilot/pkg/features of the reference). */

import { parsePrefix } from '../../common/addresses.ts'

/** How hosts without an address get their VIPs; see allocation/. */
export type AllocationMode = 'none' | 'ordered' | 'hashed' | 'status'

export interface IstioVersion {
  readonly major: number
  readonly minor: number
}

/** The version whose behaviour is built here. */
export const REFERENCE_VERSION: IstioVersion = { major: 1, minor: 32 }

export const DEFAULT_IPV4_PREFIX = '240.240.0.0/16'
export const DEFAULT_IPV6_PREFIX = '2001:2::/48'

export interface Features {
  readonly version: IstioVersion
  readonly allocation: AllocationMode
  /** PILOT_ENABLE_IP_AUTOALLOCATE: a controller stores automatic addresses in status.addresses of ServiceEntries. */
  readonly addressesInStatus: boolean
  readonly ipv4Prefix: string
  readonly ipv6Prefix: string
  /** ISTIO_DUAL_STACK */
  readonly dualStack: boolean
  /** The environment of istiod as given. */
  readonly env: ReadonlyMap<string, string>
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

/** A boolean as Go's strconv.ParseBool reads it; undefined when it is none. */
export function parseGoBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

/** A boolean setting of istiod; a value that is none counts as absent, as it does there. */
export function flag(env: ReadonlyMap<string, string>, name: string, fallback: boolean): boolean {
  const text = env.get(name)
  return (text === undefined ? undefined : parseGoBool(text)) ?? fallback
}

/**
 * @param text `1.24`, `1.24.3`, `v1.24`, `release-1.24`
 * @returns undefined when it is no version
 */
export function parseIstioVersion(text: string): IstioVersion | undefined {
  const match = /^(?:release-|v)?(\d{1,3})\.(\d{1,3})(?:[.-]|$)/.exec(text)
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined
}

export function atLeast(version: IstioVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor)
}

function allocationMode(version: IstioVersion, addressesInStatus: boolean): AllocationMode {
  if (addressesInStatus) return 'status'
  if (!atLeast(version, 1, 8)) return 'none'
  return atLeast(version, 1, 17) ? 'hashed' : 'ordered'
}

/** A range of addresses; a text that is none counts as absent, which is said where it stands. */
function prefix(env: ReadonlyMap<string, string>, name: string, fallback: string): string {
  const text = env.get(name) ?? ''
  return parsePrefix(text) ? text : fallback
}

/** @param env istiod's environment; @param version the newest when absent */
export function featuresOf(env: ReadonlyMap<string, string>, version: IstioVersion = REFERENCE_VERSION): Features {
  const addressesInStatus = atLeast(version, 1, 25) && flag(env, 'PILOT_ENABLE_IP_AUTOALLOCATE', true)
  return {
    version,
    allocation: allocationMode(version, addressesInStatus),
    addressesInStatus,
    ipv4Prefix: prefix(env, 'PILOT_IP_AUTOALLOCATE_IPV4_PREFIX', DEFAULT_IPV4_PREFIX),
    ipv6Prefix: prefix(env, 'PILOT_IP_AUTOALLOCATE_IPV6_PREFIX', DEFAULT_IPV6_PREFIX),
    dualStack: flag(env, 'ISTIO_DUAL_STACK', false),
    env,
  }
}
