/** Which texts are URLs to Go's package net/url. */

export interface GoUrl {
  /** In lower case; '' for none. */
  readonly scheme: string
}

/** `reference` as url.Parse, which takes relative paths; `request` as url.ParseRequestURI. */
export type UrlForm = 'reference' | 'request'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Go refuses.
const CONTROLS = /[\x00-\x1f\x7f]/
const SCHEME = /^(?:([A-Za-z][A-Za-z0-9+.-]*):|:)/
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/
/** ASCII characters that a host may not have. */
const NOT_IN_HOST = /[^\x80-\uffff!$&'()*+,;=:[\]<>"A-Za-z0-9\-._~%]/
/** Escapes in hosts are for characters beyond ASCII, and for the zone of an IPv6 address. */
const ESCAPED_ASCII = /%(?!25)[0-7]/
const PORT = /^(?::[0-9]*)?$/

function isHost(host: string): boolean {
  if (BAD_ESCAPE.test(host)) return false
  if (!host.startsWith('[')) {
    const colon = host.lastIndexOf(':')
    if (colon >= 0 && !PORT.test(host.slice(colon))) return false
    return !NOT_IN_HOST.test(host) && !ESCAPED_ASCII.test(host)
  }
  const end = host.lastIndexOf(']')
  if (end < 0 || !PORT.test(host.slice(end + 1))) return false
  const [address = ''] = host.slice(0, end).split('%25')
  return !NOT_IN_HOST.test(address) && !ESCAPED_ASCII.test(address)
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  return isHost(authority.slice(at + 1)) && USER.test(user) && !BAD_ESCAPE.test(user)
}

/** What follows the scheme, without query and fragment. */
function isRest(rest: string, scheme: string, form: UrlForm): boolean {
  if (!rest.startsWith('/')) {
    if (scheme !== '') return true
    if (form === 'request') return false
    const [first = ''] = rest.split('/')
    return !first.includes(':') && !BAD_ESCAPE.test(rest)
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || (form === 'reference' && !rest.startsWith('///')))
  if (!hasAuthority) return !BAD_ESCAPE.test(rest)
  const slash = rest.indexOf('/', 2)
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
  return isAuthority(authority) && (slash < 0 || !BAD_ESCAPE.test(rest.slice(slash)))
}

/** @returns undefined when Go refuses the text */
export function parseGoUrl(text: string, form: UrlForm): GoUrl | undefined {
  if (CONTROLS.test(text) || (text === '' && form === 'request')) return undefined
  const hash = form === 'reference' ? text.indexOf('#') : -1
  const body = hash < 0 ? text : text.slice(0, hash)
  if (hash >= 0 && BAD_ESCAPE.test(text.slice(hash + 1))) return undefined
  if (body === '*') return { scheme: '' }
  const match = SCHEME.exec(body)
  if (match && match[1] === undefined) return undefined
  const scheme = match?.[1]?.toLowerCase() ?? ''
  const rest = match ? body.slice(match[0].length) : body
  const [path = ''] = rest.split('?')
  return isRest(path, scheme, form) ? { scheme } : undefined
}

/** The host of an absolute URL that Go accepts, without brackets, and its port; '' for none. */
export function hostAndPort(url: string): { readonly host: string; readonly port: string } {
  const [, authority = ''] = /^[^:/?#]+:\/\/([^/?#]*)/.exec(url) ?? []
  const place = authority.slice(authority.lastIndexOf('@') + 1)
  const [, host = '', port = ''] = /^(.*?)(?::(\d*))?$/.exec(place) ?? []
  return { host: host.replace(/^\[|\]$/g, ''), port }
}
