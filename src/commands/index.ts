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
import { nametableCommand } from './nametable/index.ts'
import { proxyConfigCommand } from './proxy-config/index.ts'
import { versionCommand } from './version/index.ts'

export const commands: readonly ((dispatch: Dispatch) => Command)[] = [
  digCommand,
  nametableCommand,
  allocateCommand,
  proxyConfigCommand,
  conflictsCommand,
  gatewaysCommand,
  clustersCommand,
  dumpCommand,
  versionCommand,
  completionCommand,
]
