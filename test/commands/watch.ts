/** A command that watches a test server, with streams that a test writes events into. */
import type { ServerResponse } from 'node:http'
import { type Asked, type KubeServer, type Misbehaviour, startCluster } from '../live/server.ts'
import { ROOT } from './cli.ts'
import { type RunningCommand, startCommand } from './running.ts'

export const ENTRIES = '/apis/networking.istio.io/v1/serviceentries'
export const SERVICES = '/api/v1/services'

export interface Watching extends Pick<RunningCommand, 'stdout' | 'stderr' | 'interrupt'> {
  readonly server: KubeServer
  /** Waits until a condition holds. @throws Error when it does not within some seconds */
  until(condition: () => boolean): Promise<void>
  /** Sends lines of events to whoever watches a path. */
  send(path: string, ...lines: readonly string[]): Promise<void>
  /** Breaks the streams of a path off. */
  cut(path: string): void
  /** The watches that were begun of a path, by their resource versions. */
  versions(path: string): readonly (string | undefined)[]
}

const PATIENCE = 50_000

const isWatch = ({ query }: Asked): boolean => query.has('watch')

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!condition()) {
    if (Date.now() > end) throw new Error(`it did not come to that: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** @param misbehave what the server does otherwise */
export async function watching(argv: string, misbehave: Misbehaviour = () => false): Promise<Watching> {
  const streams = new Map<string, Set<ServerResponse>>()
  const { server, kubeconfig } = await startCluster({
    misbehave: (asked, response, request) => {
      if (misbehave(asked, response, request)) return true
      if (!isWatch(asked)) return false
      const open = streams.get(asked.path) ?? new Set()
      streams.set(asked.path, open.add(response))
      response.on('close', () => open.delete(response))
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      return true
    },
  })
  const { stdout, stderr, interrupt } = startCommand([...argv.split(' '), '-c', kubeconfig], ROOT)
  const opened = (path: string): boolean => (streams.get(path)?.size ?? 0) > 0
  return {
    server,
    stdout,
    stderr,
    interrupt,
    until,
    async send(path, ...lines) {
      await until(() => opened(path))
      for (const stream of streams.get(path) ?? []) stream.write(`${lines.join('\n')}\n`)
    },
    cut(path) {
      for (const stream of streams.get(path) ?? []) stream.destroy()
    },
    versions: (path) =>
      server.asked
        .filter((asked) => asked.path === path && isWatch(asked))
        .map(({ query }) => query.get('resourceVersion')),
  }
}
