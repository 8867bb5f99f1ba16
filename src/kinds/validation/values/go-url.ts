/** URLs as Go's net/url parses them. */

/** The parts of an absolute URL. */
export interface GoUrl {
  /** In lower case. */
  readonly scheme: string
  /** Without port and brackets. */
  readonly host: string
  /** '' when the URL has none. */
  readonly port: string
}

const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/
/** Characters that Go refuses anywhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/
/** What a host cannot contain: other ASCII characters, and escapes of ASCII. */
const BAD_HOST = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]|%[0-7]/
const BAD_USER = /[^A-Za-z0-9\-._:~!$&'()*+,;=%@]/
const PORT = /^(?::\d*)?$/

function hostAndPort(authority: string): { host: string; port: string } | undefined {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  const text = authority.slice(at + 1)
  if (BAD_USER.test(user) || BAD_ESCAPE.test(user)) return undefined
  const close = text.startsWith('[') ? text.lastIndexOf(']') : -1
  if (text.startsWith('[') && close < 0) return undefined
  const colon = close >= 0 ? close + 1 : text.lastIndexOf(':')
  const split = colon < 0 ? text.length : colon
  const host = text.slice(0, split)
  const port = text.slice(split)
  if (!PORT.test(port) || BAD_ESCAPE.test(host)) return undefined
  if (close < 0 && BAD_HOST.test(host)) return undefined
  return { host: close >= 0 ? host.slice(1, -1) : host, port: port.slice(1) }
}

/**
 * Parses a URL with a scheme. Text without one is not absolute; Go accepts it, but nothing here needs it.
 * @returns undefined when Go refuses the text, or when it has no scheme
 */
export function parseGoUrl(text: string): GoUrl | undefined {
  if (CONTROL.test(text)) return undefined
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return undefined
  const [beforeFragment = '', ...fragment] = text.slice(scheme.length + 1).split('#')
  const [rest = ''] = beforeFragment.split('?')
  if (BAD_ESCAPE.test(fragment.join('#'))) return undefined
  if (!rest.startsWith('//'))
    return BAD_ESCAPE.test(rest) && rest.startsWith('/') ? undefined : { scheme, host: '', port: '' }
  const slash = rest.indexOf('/', 2)
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
  if (slash >= 0 && BAD_ESCAPE.test(rest.slice(slash))) return undefined
  const parts = hostAndPort(authority)
  return parts && { scheme, ...parts }
}
