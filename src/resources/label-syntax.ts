/** The syntax of names and of labels in selectors (k8s.io/apimachinery pkg/util/validation). */

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LONGEST_NAME = 63
const LONGEST_SUBDOMAIN = 253

const isName = (text: string): boolean => text.length <= LONGEST_NAME && NAME.test(text)

/** A DNS subdomain: parts between dots, of lower-case letters, digits and inner hyphens; 253 characters at most. */
export const isSubdomain = (text: string): boolean => text.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(text)

/** `[DNS-PREFIX/]NAME` */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return isName(text)
  return isSubdomain(text.slice(0, slash)) && isName(text.slice(slash + 1))
}

export function isLabelValue(text: string): boolean {
  return text === '' || isName(text)
}
