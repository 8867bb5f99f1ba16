/** All commands, in the order of `--help`. */
import type { Command } from 'commander'
import { allocateCommand } from './allocate/index.ts'
import { clustersCommand } from './clusters/index.ts'
import type { Dispatch } from './command.ts'
import { completionCommand } from './completion/index.ts'
import { conflictsCommand } from './conflicts/index.ts'
import { digCommand } from './dig/index.ts'
import { dumpCommand } from './dump/index.ts'
import { gatewaysCommand } from './gateways/index.ts'
import { lintCommand } from './lint/index.ts'
import { nametableCommand } from './nametable/index.ts'
import { proxiesCommand } from './proxies/index.ts'
import { proxyConfigCommand } from './proxy-config/index.ts'
import { rbacCommand } from './rbac/index.ts'
import { snapshotCommand } from './snapshot/index.ts'
import { versionCommand } from './version/index.ts'

export const commands: readonly ((dispatch: Dispatch) => Command)[] = [
  digCommand,
  nametableCommand,
  allocateCommand,
  proxyConfigCommand,
  conflictsCommand,
  lintCommand,
  gatewaysCommand,
  clustersCommand,
  proxiesCommand,
  dumpCommand,
  snapshotCommand,
  rbacCommand,
  versionCommand,
  completionCommand,
]
