/** HTTPS_PROXY and NO_PROXY, as kubectl reads them (golang.org/x/net/http/httpproxy). */
import { isIP } from 'node:net'
import { ipValue, parsePrefix, prefixContains } from '../../../common/addresses.ts'

type Env = Readonly<Record<string, string | undefined>>

const either = (env: Env, name: string): string => env[name] || env[name.toLowerCase()] || ''

const isLocal = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.')

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80')

function isInRange(host: string, range: string): boolean {
  const family = isIP(host)
  const prefix = parsePrefix(range)
  const value = family === 0 ? undefined : ipValue(host)
  return prefix !== undefined && value !== undefined && prefixContains(prefix, family === 4 ? 4 : 6, value)
}

/** Whether an entry of NO_PROXY (`*`, a domain, a host or a range, possibly with a port) matches a server. */
function isExempt(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInRange(host, entry)
  const withPort = /^(.*):(\d+)$/.exec(entry)
  const isPort = withPort !== null && isIP(entry) === 0
  if (isPort && withPort[2] !== port) return false
  const name = (isPort ? (withPort[1] as string) : entry).replace(/^\[|\]$|^\*(?=\.)/g, '').toLowerCase()
  if (name === '') return false
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`)
}

/** The proxy for a server from the environment; undefined for none. */
export function proxyFromEnvironment(server: URL, env: Env): string | undefined {
  const proxy = either(env, server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (proxy === '' || isLocal(host)) return undefined
  const exempt = either(env, 'NO_PROXY').split(',')
  if (exempt.some((entry) => isExempt(host, portOf(server), entry.trim()))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}
