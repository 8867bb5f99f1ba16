import { describe, expect, it } from 'vitest'
import type { BehaviourName } from '../../src/releases/behaviours/table.ts'
import { BEHAVIOURS } from '../../src/releases/behaviours/table.ts'
import { behavioursOf, environmentOf } from '../../src/releases/istiod.ts'
import { VARIABLES } from '../../src/releases/variables.ts'
import { versionNamed } from '../../src/releases/version.ts'

function version(text: string) {
  const parsed = versionNamed(text)
  if (!parsed) throw new Error(`${text} is not a version`)
  return parsed
}

interface Istiod {
  readonly env?: Readonly<Record<string, string>>
  readonly compatibility?: string
}

function has(behaviour: BehaviourName, release: string, { env = {}, compatibility }: Istiod = {}): boolean {
  const istiod = {
    version: version(release),
    env: new Map(Object.entries(env)),
    ...(compatibility !== undefined && { compatibility: version(compatibility) }),
  }
  return behavioursOf(istiod.version, environmentOf(istiod)).has(behaviour)
}

describe('a behaviour', () => {
  it('starts with a release and stays', () => {
    expect(has('trailing-dot-domains', '1.26.8')).toBe(false)
    expect(has('trailing-dot-domains', '1.27.0')).toBe(true)
    expect(has('trailing-dot-domains', 'master')).toBe(true)
  })

  it('ends with a release', () => {
    expect(has('tracks-remaining', '1.28')).toBe(true)
    expect(has('tracks-remaining', '1.29')).toBe(false)
  })
})

describe('a variable of istiod', () => {
  it('turns a behaviour on and off', () => {
    expect(has('trailing-dot-domains', '1.30', { env: { PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN: 'false' } })).toBe(
      false,
    )
    expect(has('tracks-remaining', '1.30', { env: { DISABLE_TRACK_REMAINING_CB_METRICS: 'false' } })).toBe(true)
  })

  it('means nothing to a release that does not read it', () => {
    expect(has('tracks-remaining', '1.28', { env: { DISABLE_TRACK_REMAINING_CB_METRICS: 'true' } })).toBe(true)
    expect(has('unhealthy-endpoints', '1.30', { env: { PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS: 'true' } })).toBe(false)
  })

  it('counts as absent when its value is not a boolean', () => {
    expect(has('plain-mirror-hosts', '1.30', { env: { DISABLE_SHADOW_HOST_SUFFIX: 'maybe' } })).toBe(true)
  })
})

describe('compatibilityVersion', () => {
  it('keeps the default of an older release', () => {
    expect(has('tracks-remaining', '1.30', { compatibility: '1.28' })).toBe(true)
    expect(has('tracks-remaining', '1.30', { compatibility: '1.29' })).toBe(false)
    expect(has('addresses-in-status', '1.25', { compatibility: '1.24' })).toBe(false)
  })

  it('yields to the environment', () => {
    const env = { DISABLE_TRACK_REMAINING_CB_METRICS: 'true' }
    expect(has('tracks-remaining', '1.30', { compatibility: '1.28', env })).toBe(false)
  })

  it('does not bring back what no variable sets', () => {
    expect(has('entry-workload-names', '1.30', { compatibility: '1.28' })).toBe(true)
  })
})

describe('the table', () => {
  const rows = Object.entries(BEHAVIOURS)

  it.each(rows)('%s states its life in order of versions', (_, { since = [], until = [] }) => {
    for (const list of [since, until]) {
      const sorted = [...list].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      expect(list).toEqual(sorted)
      for (const text of list) expect(text).toMatch(/^1\.\d+\.\d+$/)
    }
    expect(since.length + until.length).toBeGreaterThan(0)
  })

  it('names variables whose releases are known', () => {
    const named = rows.flatMap(([, { setting }]) => (setting ? [setting.variable] : []))
    expect(named.filter((variable) => !VARIABLES.has(variable))).toEqual([])
  })
})
