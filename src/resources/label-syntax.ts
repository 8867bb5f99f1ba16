/** The syntax of labels in selectors (k8s.io/apimachinery pkg/util/validation). */

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LONGEST_NAME = 63
const LONGEST_PREFIX = 253

const isName = (text: string): boolean => text.length <= LONGEST_NAME && NAME.test(text)

/** `[DNS-PREFIX/]NAME` */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return isName(text)
  const prefix = text.slice(0, slash)
  return prefix.length <= LONGEST_PREFIX && PREFIX.test(prefix) && isName(text.slice(slash + 1))
}

export function isLabelValue(text: string): boolean {
  return text === '' || isName(text)
}
