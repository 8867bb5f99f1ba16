import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver/node'

/** Manifests, and what decides which of them are read and how. */
const WATCHED = ['**/*.{yaml,yml,json}', '**/.vipctl.{yaml,yml}', '**/.{gitignore,vipctlignore}']

/**
 * Asks the editor to tell about changed files and settings, if it can.
 * @returns whether it tells about files
 */
export async function registerWatchers(connection: Connection, { workspace }: ClientCapabilities): Promise<boolean> {
  if (workspace?.didChangeConfiguration?.dynamicRegistration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'vipctl' })
  }
  if (!workspace?.didChangeWatchedFiles?.dynamicRegistration) return false
  const watchers = WATCHED.map((globPattern) => ({ globPattern }))
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers })
  return true
}

/** Milliseconds between two looks at the files, at least, */
const PAUSE = 2_000
/** and this many times as long as a look takes. */
const SHARE = 20

/**
 * Looks for changed files again and again, for an editor that does not tell.
 * @param look returns when it is done
 */
export function poll(look: () => void): { stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const run = (): void => {
    const started = performance.now()
    look()
    timer = setTimeout(run, Math.max(PAUSE, SHARE * (performance.now() - started)))
  }
  // What the first look does not see yet, because files are still being read, differs for the second one.
  run()
  return { stop: () => clearTimeout(timer) }
}
