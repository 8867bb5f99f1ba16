/** What one istiod does: its environment decides first, then its compatibilityVersion, then its release. */
import { parseGoBool } from '../common/go-bool.ts'
import { BEHAVIOUR_NAMES, BEHAVIOURS, type BehaviourName } from './behaviours/table.ts'
import { profileEnvironment } from './compatibility.ts'
import { lives } from './lifetime.ts'
import { reads } from './variables.ts'
import type { IstioVersion } from './version.ts'

export interface IstiodIdentity {
  readonly version: IstioVersion
  /** The environment variables as given. */
  readonly env: ReadonlyMap<string, string>
  /** The installation's value compatibilityVersion; undefined when there is none. */
  readonly compatibility?: IstioVersion | undefined
}

/** The variables that an istiod reads, including those that its compatibilityVersion adds. */
export function environmentOf({ version, env, compatibility }: IstiodIdentity): ReadonlyMap<string, string> {
  const added = compatibility ? profileEnvironment(version, compatibility) : []
  return new Map([...added, ...env].filter(([variable]) => reads(version, variable)))
}

/** Behaviours that are assumed to be on or off. */
export type AssumedBehaviours = ReadonlyMap<BehaviourName, boolean>

const NOTHING_ASSUMED: AssumedBehaviours = new Map()

function isOn(name: BehaviourName, version: IstioVersion, env: ReadonlyMap<string, string>): boolean {
  const behaviour = BEHAVIOURS[name]
  const { setting } = behaviour
  const stated = setting && parseGoBool(env.get(setting.variable) ?? '')
  return stated === undefined ? lives(behaviour, version) : stated === setting?.on
}

/**
 * The behaviours of an istiod.
 * @param env as `environmentOf` returns it
 * @param assumed behaviours that are on or off, whatever the release and the environment say
 */
export function behavioursOf(
  version: IstioVersion,
  env: ReadonlyMap<string, string>,
  assumed: AssumedBehaviours = NOTHING_ASSUMED,
): ReadonlySet<BehaviourName> {
  return new Set(BEHAVIOUR_NAMES.filter((name) => assumed.get(name) ?? isOn(name, version, env)))
}
