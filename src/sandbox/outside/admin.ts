/** Opens Envoy's administration to the machine, outside of the sandbox. */
import { type AddressInfo, connect, createServer } from 'node:net'

/** @param path of the socket @returns the port on loopback */
export function openAdminPort(path: string): Promise<number> {
  const server = createServer((socket) => {
    const onward = connect(path)
    socket.pipe(onward).pipe(socket)
    socket.on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
  })
  // It ends with this process.
  server.unref()
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
