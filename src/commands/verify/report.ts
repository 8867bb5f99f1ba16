/** Reports of istioctl bug-report, for every command that reads them. */
import { UserError } from '../../common/errors.ts'
import { evidenceOfReport, type ReportEvidence } from '../../input/dumps/evidence.ts'
import type { InputRequest } from '../../input/request.ts'
import type { InputOptions } from '../input-options.ts'
import { inputRequest } from '../request.ts'
import type { Session } from '../session.ts'

/** What a report has, and the mesh to compare it with. */
interface ReportSubject extends Pick<ReportEvidence, 'statuses'> {
  readonly evidence: ReportEvidence['proxies']
  readonly input: InputRequest
}

/**
 * Reads a report. Without files of the user, its own objects are the mesh.
 * @throws UserError when it is not a report, or has no objects where they are needed
 */
export async function reportSubject(path: string, options: InputOptions, session: Session): Promise<ReportSubject> {
  const input = await inputRequest(options, session)
  const { proxies: evidence, statuses, objects } = await evidenceOfReport(path, input)
  const isOwn = input.mesh.kind === 'files' || input.over.length > 0 || options.context !== undefined
  if (isOwn || options.useKube) return { evidence, statuses, input }
  if (objects.length === 0) {
    throw new UserError(
      `--bug-report ${path}: the report was made without the cluster's objects`,
      'name manifests with -f',
    )
  }
  await session.note('the objects in the report are the mesh; -f names others')
  return { evidence, statuses, input: { ...input, mesh: { kind: 'files', paths: [] }, rendered: objects } }
}
