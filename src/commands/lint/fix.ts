/** Makes fixes: in the files, or as a diff. */
import { relative, resolve } from 'node:path'
import { type ChangedFile, diffText } from '../../formats/diff.ts'
import type { FixedManifests } from '../../index.ts'
import { writeFixed } from '../../input/files/write-back.ts'
import { STDIN_NAME } from '../../input/request.ts'
import { ExactOutput } from '../guarded.ts'
import type { Session } from '../session.ts'

async function reportRefusedEdits({ refused }: FixedManifests, session: Session): Promise<void> {
  if (refused === 1) await session.note('1 fix cannot be made in its manifest automatically: make it by hand')
  if (refused > 1)
    await session.note(`${refused} fixes cannot be made in their manifests automatically: make them by hand`)
}

/** Writes the changed files, and prints their names. */
export async function writeFixes(made: FixedManifests, session: Session): Promise<void> {
  const { fixed, edited } = made
  const names = await writeFixed(edited.texts, session.io.cwd)
  const findings = fixed.length === 1 ? 'a finding' : `${fixed.length} findings`
  const files = names.length === 1 ? names.join('') : `${names.length} files`
  await session.note(names.length === 0 ? 'nothing to fix' : `fixed ${findings} in ${files}`)
  await reportRefusedEdits(made, session)
}

/** The changes as a unified diff. */
export async function fixesAsDiff(made: FixedManifests, session: Session): Promise<Iterable<string>> {
  const { cwd, stdout } = session.io
  const files = [...made.edited.replaced].map(([{ name, text }, parts]): ChangedFile => {
    const path = name === STDIN_NAME ? 'stdin' : relative(cwd, resolve(cwd, name))
    return { path, text, parts }
  })
  if (files.length === 0) await session.note('nothing to fix')
  await reportRefusedEdits(made, session)
  return new ExactOutput(await diffText(files, stdout.isTTY ? session.paint : undefined))
}
