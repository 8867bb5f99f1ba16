/** One page by HTTP. It has no state and needs nothing else, so every address of it answers with the same. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { brotliDecompressSync } from 'node:zlib'
import type { Endpoint } from './endpoint.ts'

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  vary: 'accept-encoding',
}

/** Whether the client reads brotli: browsers say so on loopback and with TLS. */
const readsBrotli = ({ headers }: IncomingMessage): boolean => /\bbr\b/.test(String(headers['accept-encoding'] ?? ''))

function answer(compressed: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const [path] = (request.url ?? '').split('?')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  if (path !== '/' && path !== '/index.html') {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('there is only /\n')
    return
  }
  const brotli = readsBrotli(request)
  const body = brotli ? compressed : brotliDecompressSync(compressed)
  const encoding = brotli ? { 'content-encoding': 'br' } : {}
  response.writeHead(200, { ...HEADERS, ...encoding, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/**
 * Serves a page.
 * @param compressed the page as brotli
 * @param port 0 for any free one
 * @throws NodeJS.ErrnoException if the address cannot be used
 */
export function servePage(compressed: Buffer, { address, port }: Endpoint): Promise<Server> {
  const server = createServer((request, response) => answer(compressed, request, response))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve(server)
    })
  })
}
