/** All commands, in the order of `--help`. */
import type { Command } from 'commander'
import { allocateCommand } from './allocate/command.ts'
import { clustersCommand } from './clusters/command.ts'
import type { Dispatch } from './command.ts'
import { completionCommand } from './completion/command.ts'
import { conflictsCommand } from './conflicts/command.ts'
import { diffCommand } from './diff/command.ts'
import { digCommand } from './dig/command.ts'
import { dumpCommand } from './dump/command.ts'
import { gatewaysCommand } from './gateways/command.ts'
import { graphCommand } from './graph/command.ts'
import { helpCommand } from './help/command.ts'
import { lintCommand } from './lint/command.ts'
import { lspCommand } from './lsp/command.ts'
import { nametableCommand } from './nametable/command.ts'
import { optionsCommand } from './options/command.ts'
import { patchesCommand } from './patches/command.ts'
import { playgroundCommand } from './playground/command.ts'
import { proxiesCommand } from './proxies/command.ts'
import { proxyConfigCommand } from './proxy-config/command.ts'
import { proxyStatusCommand } from './proxy-status/command.ts'
import { rbacCommand } from './rbac/command.ts'
import { releasesCommand } from './releases/command.ts'
import { sandboxCommand } from './sandbox/command.ts'
import { serveCommand } from './serve/command.ts'
import { snapshotCommand } from './snapshot/command.ts'
import { statusCommand } from './status/command.ts'
import { testCommand } from './test/command.ts'
import { traceCommand } from './trace/command.ts'
import { uiCommand } from './ui/command.ts'
import { verifyCommand } from './verify/command.ts'
import { versionCommand } from './version/command.ts'

export const commands: readonly ((dispatch: Dispatch) => Command)[] = [
  digCommand,
  traceCommand,
  testCommand,
  sandboxCommand,
  uiCommand,
  playgroundCommand,
  lspCommand,
  nametableCommand,
  serveCommand,
  allocateCommand,
  proxyConfigCommand,
  patchesCommand,
  conflictsCommand,
  lintCommand,
  diffCommand,
  gatewaysCommand,
  graphCommand,
  statusCommand,
  clustersCommand,
  proxiesCommand,
  proxyStatusCommand,
  verifyCommand,
  dumpCommand,
  snapshotCommand,
  rbacCommand,
  releasesCommand,
  versionCommand,
  completionCommand,
  optionsCommand,
  helpCommand,
]
