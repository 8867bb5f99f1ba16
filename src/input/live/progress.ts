/** How far reading a cluster has come, on one line of stderr that is erased again. */

import type { Session } from '../../commands/session.ts'
import { clean } from '../../formats/clean.ts'
import type { ApiKind } from '../../kinds/index.ts'
import { withThousands } from '../../sources/limits.ts'
import type { LiveCluster } from './index.ts'

/** Milliseconds between two changes of the line. */
const PAUSE = 100
const ERASE = '\r\u001b[K'
const USUAL_COLUMNS = 80

export interface Progress {
  /** Objects of a kind have come. */
  add(cluster: LiveCluster, objects: number, kind: ApiKind): void
  done(): void
}

const SILENT: Progress = { add() {}, done() {} }

/** Nothing is written unless stderr is a terminal. */
export function progressOn({ io, options }: Session): Progress {
  const { stderr } = io
  if (!stderr.isTTY || options.quiet) return SILENT
  let objects = 0
  let last = 0
  let written = false
  return {
    add(cluster, count, kind) {
      objects += count
      const now = Date.now()
      if (now - last < PAUSE) return
      last = now
      written = true
      const text = clean(`reading ${cluster.context}: ${withThousands(objects)} objects, ${kind.plural}`)
      void stderr.write(ERASE + text.slice(0, (stderr.columns ?? USUAL_COLUMNS) - 1))
    },
    done() {
      if (written) void stderr.write(ERASE)
    },
  }
}
