/** Settings as editors send them: any JSON. */
import type { ProjectSettings } from '../workspace/project.ts'

const KEYS = ['istioVersion', 'environment', 'dnsCapture'] as const

/** The settings that are stated; an empty text states nothing. Other keys and other types are ignored. */
export function settingsOf(value: unknown): ProjectSettings {
  if (typeof value !== 'object' || value === null) return {}
  const given = value as Readonly<Record<string, unknown>>
  const own = 'vipctl' in given ? settingsOf(given.vipctl) : {}
  const stated = KEYS.flatMap((key) => {
    const text = Object.hasOwn(given, key) ? given[key] : undefined
    return typeof text === 'string' && text !== '' ? [[key, text] as const] : []
  })
  return { ...own, ...Object.fromEntries(stated) }
}
