/** Removes findings that the configuration or annotations ignore, and reports problems with either. */
import { relative, resolve } from 'node:path'
import {
  annotationProblems,
  type FilteredFindings,
  filterIgnored,
  type LintFinding,
  type Remaining,
  type Snapshot,
} from '../../index.ts'
import type { Session } from '../session.ts'
import { ignoreText, type LintConfig } from './config/load.ts'
import type { ConfigurableOptions } from './config/options.ts'

/**
 * Separates findings by the ignores of a configuration and of annotations.
 * @param cwd the folder that file names are relative to
 */
export function applyIgnores<O extends ConfigurableOptions>(
  findings: readonly LintFinding[],
  { ignores, folder }: Pick<LintConfig<O>, 'ignores' | 'folder'>,
  cwd: string,
): FilteredFindings {
  return filterIgnored(findings, ignores, (name) => relative(folder, resolve(cwd, name)))
}

/** @throws never; an unused ignore is a note, an annotation with an unknown rule a warning */
export async function withoutIgnored<O extends ConfigurableOptions>(
  findings: readonly LintFinding[],
  snapshot: Snapshot,
  config: LintConfig<O>,
  session: Session,
): Promise<Remaining> {
  const { kept, ignored, unused } = applyIgnores(findings, config, session.io.cwd)
  await session.report(annotationProblems(snapshot))
  if (config.isWhole) {
    for (const ignore of unused) {
      await session.note(`${config.file}: the ignore of ${ignoreText(ignore)} matches nothing`, 'remove it')
    }
  }
  return { kept, ignored }
}
