import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver/node'

/** Manifests, and what decides which of them are read and how. */
const WATCHED = ['**/*.{yaml,yml,json}', '**/.vipctl.{yaml,yml}', '**/.{gitignore,vipctlignore}']

/** Asks the editor to tell about changed files and settings, if it can. */
export async function registerWatchers(connection: Connection, { workspace }: ClientCapabilities): Promise<void> {
  if (workspace?.didChangeConfiguration?.dynamicRegistration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'vipctl' })
  }
  if (workspace?.didChangeWatchedFiles?.dynamicRegistration) {
    const watchers = WATCHED.map((globPattern) => ({ globPattern }))
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers })
  }
}
