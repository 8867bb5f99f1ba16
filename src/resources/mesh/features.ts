/** istiod's settings, derived from its environment and version (pilot/pkg/features of the reference). */

import { parsePrefix } from '../../common/addresses.ts'
import { parseGoBool } from '../../common/go-bool.ts'
import type { BehaviourName } from '../../releases/behaviours/table.ts'
import { readsField } from '../../releases/fields.ts'
import { type AssumedBehaviours, behavioursOf, environmentOf, type IstiodIdentity } from '../../releases/istiod.ts'
import type { IstioVersion } from '../../releases/version.ts'

/** How hosts without an address get an automatic one; see allocation/. */
export type AllocationMode = 'none' | 'ordered' | 'hashed' | 'status'

export const DEFAULT_IPV4_PREFIX = '240.240.0.0/16'
export const DEFAULT_IPV6_PREFIX = '2001:2::/48'

export interface Features {
  readonly version: IstioVersion
  readonly allocation: AllocationMode
  readonly ipv4Prefix: string
  readonly ipv6Prefix: string
  /** ISTIO_DUAL_STACK */
  readonly dualStack: boolean
  /** The variables that this istiod reads. */
  readonly env: ReadonlyMap<string, string>
  /** Whether this istiod has a behaviour of `releases/`. */
  has(behaviour: BehaviourName): boolean
  /** Whether this istiod reads a field of a message of Istio's API. */
  reads(message: string, field: string): boolean
}

/** A boolean setting of istiod; like istiod, treats an invalid value as absent. */
export function flag(env: ReadonlyMap<string, string>, name: string, fallback: boolean): boolean {
  const text = env.get(name)
  return (text === undefined ? undefined : parseGoBool(text)) ?? fallback
}

function allocationMode(behaviours: ReadonlySet<BehaviourName>): AllocationMode {
  if (behaviours.has('addresses-in-status')) return 'status'
  if (behaviours.has('addresses-by-hash')) return 'hashed'
  return behaviours.has('automatic-addresses') ? 'ordered' : 'none'
}

/** An address range; an invalid one is treated as absent, and reported elsewhere. */
function prefix(env: ReadonlyMap<string, string>, name: string, fallback: string): string {
  const text = env.get(name) ?? ''
  return parsePrefix(text) ? text : fallback
}

/**
 * @param env istiod's environment
 * @param assumed behaviours that are on or off, whatever the release and the environment say
 */
export function featuresOf(
  env: ReadonlyMap<string, string>,
  version: IstioVersion,
  compatibility?: IstiodIdentity['compatibility'],
  assumed?: AssumedBehaviours,
): Features {
  const read = environmentOf({ version, env, compatibility })
  const behaviours = behavioursOf(version, read, assumed)
  return {
    version,
    allocation: allocationMode(behaviours),
    ipv4Prefix: prefix(read, 'PILOT_IP_AUTOALLOCATE_IPV4_PREFIX', DEFAULT_IPV4_PREFIX),
    ipv6Prefix: prefix(read, 'PILOT_IP_AUTOALLOCATE_IPV6_PREFIX', DEFAULT_IPV6_PREFIX),
    dualStack: flag(read, 'ISTIO_DUAL_STACK', false),
    env: read,
    has: (behaviour) => behaviours.has(behaviour),
    reads: (message, field) => readsField(version, message, field),
  }
}
