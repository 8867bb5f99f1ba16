/** The parts of a locality; missing parts are ''. */
export interface LocalityParts {
  readonly region: string
  readonly zone: string
  readonly subZone: string
}

/** Splits `region/zone/subzone`. */
export function localityParts(text: string): LocalityParts {
  const [region = '', zone = '', subZone = ''] = text.split('/')
  return { region, zone, subZone }
}

/** Whether a pattern of the same form covers the locality: `*` and missing parts match everything. */
export function localityMatches(locality: LocalityParts, pattern: string): boolean {
  const wanted = localityParts(pattern)
  if (wanted.region !== '*' && wanted.region !== locality.region) return false
  const covers = (part: string, value: string): boolean => part === '*' || part === '' || part === value
  return covers(wanted.zone, locality.zone) && covers(wanted.subZone, locality.subZone)
}
