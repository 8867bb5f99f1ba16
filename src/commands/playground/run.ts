import { spawn } from 'node:child_process'
import type { AddressInfo, Server } from 'node:net'
import { resolve } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { ipFamily, ipValue } from '../../common/addresses.ts'
import { quoted, UserError } from '../../common/errors.ts'
import { writeFailure, writeOutput } from '../../input/files/write.ts'
import { packageFile } from '../../own-program.ts'
import { type Endpoint, endpointText } from '../../server/endpoint.ts'
import { servePage } from '../../server/page.ts'
import type { Outcome, Session } from '../session.ts'
import type { PlaygroundOptions } from './options.ts'

const NOTHING: Outcome = { output: [] }
const STDOUT = '-'

/** The compressed page of the package. */
function page(): Buffer {
  try {
    return packageFile('dist/playground/index.html.br')
  } catch {
    throw new UserError('this installation has no page', 'in a clone of the repository, `npm run playground` builds it')
  }
}

/** 127.0.0.0/8 and ::1. */
const isLoopback = (address: string): boolean =>
  ipFamily(address) === 6 ? ipValue(address) === 1n : address.startsWith('127.')

/** @throws UserError for an address that other machines reach, unless that is wanted */
function endpointOf({ bind = '127.0.0.1', port = 0, allowRemote = false }: PlaygroundOptions): Endpoint {
  const address = bind === 'localhost' ? '127.0.0.1' : bind
  if (ipFamily(address) === 0) throw new UserError(`--bind: ${quoted(bind)} is not an IP address`)
  if (isLoopback(address) || allowRemote) return { address, port }
  throw new UserError(
    `--bind ${address}: other machines may reach this address`,
    'add --allow-remote if that is wanted',
  )
}

/** The program that opens an address in the user's browser. */
function opener(url: string): readonly [string, readonly string[]] {
  if (process.platform === 'darwin') return ['open', [url]]
  if (process.platform === 'win32') return ['explorer.exe', [url]]
  return ['xdg-open', [url]]
}

/** Opens a browser, or notes that the user must open the address. */
function openBrowser(url: string, session: Session): void {
  const [program, args] = opener(url)
  const failed = (): void => void session.note(`cannot open a browser: open ${url} yourself`)
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.once('error', failed)
  child.once('exit', (code) => code !== 0 && code !== null && process.platform !== 'win32' && failed())
  child.unref()
}

async function listen(compressed: Buffer, endpoint: Endpoint): Promise<Server> {
  try {
    return await servePage(compressed, endpoint)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'another program uses it' : code === 'EACCES' ? 'no permission' : message
    throw new UserError(`${endpointText(endpoint)}: ${reason}`, '--port chooses another port')
  }
}

async function write(html: Buffer, file: string, session: Session): Promise<Outcome> {
  if (file === STDOUT) return { output: [html.toString('utf8')] }
  try {
    await writeOutput(resolve(session.io.cwd, file), [html.toString('utf8')])
  } catch (error) {
    throw new UserError(`--out ${file}: cannot be written: ${writeFailure(error)}`)
  }
  await session.note(`wrote ${file}`)
  return NOTHING
}

/** `vipctl playground`: serves the page until it is interrupted, which is not a failure. */
export async function playground(_: readonly string[], options: PlaygroundOptions, session: Session): Promise<Outcome> {
  const endpoint = endpointOf(options)
  const compressed = page()
  if (options.out !== undefined) return write(brotliDecompressSync(compressed), options.out, session)
  const server = await listen(compressed, endpoint)
  const { port } = server.address() as AddressInfo
  const url = `http://${endpointText({ address: endpoint.address, port })}/`
  await session.io.stdout.write(`${url}\n`)
  if (options.open !== false) openBrowser(url, session)
  await new Promise<void>((interrupted) => session.io.onInterrupt?.(interrupted))
  server.close()
  // Node 20 keeps the connections of browsers, which would keep the program.
  if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections()
  return NOTHING
}
