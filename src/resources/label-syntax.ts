/** The syntax of names and of labels in selectors (k8s.io/apimachinery pkg/util/validation). */

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const LONGEST_NAME = 63
const LONGEST_SUBDOMAIN = 253

const isName = (text: string): boolean => text.length <= LONGEST_NAME && NAME.test(text)

const DOT = 46
const HYPHEN = 45

const isLowerOrDigit = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57)

/**
 * A DNS subdomain: parts between dots, of lower-case letters, digits and inner hyphens; 253 characters at most. Every
 * name of a mesh is checked, for which an expression takes three times as long.
 */
export function isSubdomain(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST_SUBDOMAIN) return false
  let before = DOT
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === DOT ? !isLowerOrDigit(before) : code === HYPHEN ? before === DOT : !isLowerOrDigit(code)) return false
    before = code
  }
  return isLowerOrDigit(before)
}

/** `[DNS-PREFIX/]NAME` */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return isName(text)
  return isSubdomain(text.slice(0, slash)) && isName(text.slice(slash + 1))
}

export function isLabelValue(text: string): boolean {
  return text === '' || isName(text)
}
