/** Jumps from one thing to what is related. */
import type { Link, ViewId } from '../../protocol.ts'

/** A filter term for a text with any characters. */
const term = (role: string, text: string): string => `${role}:"${text.replaceAll('"', '?')}"`

const allHostLinks = (host: string): readonly Link[] => [
  { label: 'its name table entry', view: 'names', filter: term('host', `=${host}`) },
  { label: 'its clusters', view: 'clusters', filter: term('host', `=${host}`) },
  { label: 'its endpoints', view: 'endpoints', filter: term('host', `|${host}`) },
  { label: 'its listeners', view: 'listeners', filter: term('host', host) },
  { label: 'its routes', view: 'routes', filter: term('host', host) },
  { label: 'its conflicts', view: 'conflicts', filter: term('host', host) },
]

/**
 * Everything that a host leads to.
 * @param from the list that the links are in, to which none leads
 */
export const hostLinks = (host: string, from: ViewId): readonly Link[] =>
  allHostLinks(host).filter(({ view }) => view !== from)

/** @param object as `ServiceEntry default/db` */
export const findingsLink = (object: string): Link => ({
  label: `findings about ${object}`,
  view: 'findings',
  filter: term('object', `=${object}`),
})

export const linkTo = (label: string, view: Link['view'], role: string, text: string): Link => ({
  label,
  view,
  filter: term(role, text),
})

/** The objects behind something, without what is not an object of the input. */
export function findingsLinks(origins: readonly { readonly what: string }[]): readonly Link[] {
  const objects = new Set(origins.map(({ what }) => what).filter((what) => /^[A-Z]\w+ \S+\/\S+$/.test(what)))
  return [...objects].slice(0, 5).map(findingsLink)
}
