import { parentPort } from 'node:worker_threads'
import { runLong } from '../../compiler.ts'
import { serveProofs } from '../../editor/proving/serve-proofs.ts'
import { serve } from '../../editor/server/serve.ts'
import type { OpenProject } from '../../editor/workspace/project.ts'
import { DNS_CAPTURE_MODES, type DnsCaptureMode } from '../../index.ts'
import { packageVersion } from '../../own-program.ts'
import type { Outcome, Session } from '../session.ts'
import { startThread } from '../thread.ts'
import type { LspOptions } from './options.ts'
import { LintProject } from './project.ts'

/** An editor that ends the connection without taking leave has failed. */
const LOST = 1

/** Editors send any text. */
const isCaptureMode = (text: string | undefined): text is DnsCaptureMode =>
  DNS_CAPTURE_MODES.some((mode) => mode === text)

/** `vipctl lsp` */
export async function lsp(_: readonly string[], options: LspOptions, session: Session): Promise<Outcome> {
  const openProject: OpenProject = (folder, file, { istioVersion, environment, dnsCapture }) => {
    const own = {
      ...(istioVersion !== undefined && { istioVersion }),
      ...(environment !== undefined && { env: environment }),
      ...(isCaptureMode(dnsCapture) && { dnsCapture }),
    }
    return new LintProject(folder, file, { ...options, ...own }, session)
  }
  runLong()
  const version = packageVersion()
  if (parentPort) {
    serveProofs({ port: parentPort, version, openProject })
    // The thread that started this one ends it.
    return new Promise(() => undefined)
  }
  const { stdin: input, stdout: output } = process
  const tookLeave = await serve({ input, output, version, openProject, startProving: startThread })
  // The library keeps looking whether the editor's process still runs, which would keep this one alive.
  return process.exit(tookLeave ? 0 : LOST)
}
