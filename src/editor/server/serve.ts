/** Serves one editor over two streams, until it is done. */
import type { Readable, Writable } from 'node:stream'
import { createConnection, ProposedFeatures, StreamMessageWriter } from 'vscode-languageserver/node'
import type { StartProving } from '../proving/messages.ts'
import { MessageReader } from '../wire/reader.ts'
import type { OpenProject } from '../workspace/project.ts'
import { Server } from './server.ts'

export interface ServeOptions {
  readonly input: Readable
  readonly output: Writable
  /** The program's version. */
  readonly version: string
  readonly openProject: OpenProject
  readonly startProving: StartProving
}

/** @returns whether the editor took leave before it ended the connection */
export function serve({ input, output, version, openProject, startProving }: ServeOptions): Promise<boolean> {
  const reader = new MessageReader(input)
  const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(output))
  const server = new Server(connection, { version, openProject, startProving })
  return new Promise((resolve) => {
    reader.onClose(() => {
      server.end()
      resolve(server.isShutDown)
    })
    connection.listen()
  })
}
