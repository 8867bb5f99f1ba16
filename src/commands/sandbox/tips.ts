/** What can be tried in the shell of a sandbox. */
import { joinHostPort } from '../../common/names.ts'
import { shellWord } from '../../formats/shell-words.ts'
import { type Line, styled } from '../../formats/spans.ts'
import type { TraceRequest } from '../../index.ts'

const MOST_TIPS = 8
const DEFAULT_PORT = 80

/** A command that makes a request. */
export function commandOf({ host, port, tls, http }: TraceRequest): string {
  const place = joinHostPort(host, port)
  if (http) {
    const headers = [...http.headers].map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)} `).join('')
    const named = http.authority === host ? '' : `-H ${shellWord(`host: ${http.authority}`)} `
    const method = http.method === 'GET' ? '' : `-X ${shellWord(http.method)} `
    const url = `http://${port === DEFAULT_PORT ? host : place}${http.path}`
    return `curl -s ${method}${headers}${named}${shellWord(url)}`
  }
  if (tls) return `openssl s_client -brief -connect ${shellWord(place)} -servername ${shellWord(tls.sni)} < /dev/null`
  return `echo hello | curl -s ${shellWord(`telnet://${place}`)}`
}

/** @param proxy whose pod the shell is in, in words */
export function tipLines(proxy: string, requests: readonly TraceRequest[]): readonly Line[] {
  const commands = [...requests.slice(0, MOST_TIPS).map(commandOf), 'curl -s localhost:15000/clusters']
  return [
    [`A shell in the pod of a proxy: ${proxy}. Endpoints are echo servers. Try:`],
    ...commands.map((command): Line => ['  ', styled('name', command)]),
    ['`exit` ends it.'],
  ]
}
