/** What a server learns from the first bytes of a TLS client. */
import { type AddressInfo, createServer } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { isHandshake, readClientHello } from '../../src/sandbox/echo/client-hello.ts'

/** The first bytes that Node's client sends. */
function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        resolve(bytes)
        socket.destroy()
        server.close()
      })
    })
    server.listen(0, '127.0.0.1', () => {
      connect({ port: (server.address() as AddressInfo).port, ...options }).on('error', () => undefined)
    })
  })
}

describe('the first message of a TLS client', () => {
  it('has the server name and the protocols', async () => {
    const bytes = await helloOf({ servername: 'istio.io', ALPNProtocols: ['istio-h2', 'h2'] })
    expect(isHandshake(bytes)).toBe(true)
    expect(readClientHello(bytes)).toEqual({ sni: 'istio.io', alpn: ['istio-h2', 'h2'] })
  })

  it('may have neither', async () => {
    expect(readClientHello(await helloOf({}))).toEqual({ sni: '', alpn: [] })
  })

  it('states nothing when it is cut, at whatever byte', async () => {
    const bytes = await helloOf({ servername: 'istio.io', ALPNProtocols: ['h2'] })
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => readClientHello(bytes.subarray(0, length))).not.toThrow()
    }
    expect(readClientHello(bytes.subarray(0, 60))).toEqual({ sni: '', alpn: [] })
  })
})
