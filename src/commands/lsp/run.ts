import { runLong } from '../../compiler.ts'
import { serve } from '../../editor/server/serve.ts'
import type { OpenProject } from '../../editor/workspace/project.ts'
import { DNS_CAPTURE_MODES, type DnsCaptureMode } from '../../index.ts'
import { packageVersion } from '../../own-program.ts'
import type { Outcome, Session } from '../session.ts'
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
  const { stdin: input, stdout: output } = process
  const tookLeave = await serve({ input, output, version: packageVersion(), openProject })
  // The library keeps looking whether the editor's process still runs, which would keep this one alive.
  return process.exit(tookLeave ? 0 : LOST)
}
