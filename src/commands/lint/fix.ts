/** Makes fixes: in the files, or as a diff. */
import { relative, resolve } from 'node:path'
import { type ChangedFile, diffText } from '../../formats/diff.ts'
import type { TextEdit } from '../../formats/edits.ts'
import type { FixedManifests, SourceFile } from '../../index.ts'
import { type WriteScope, writeFixed } from '../../input/files/write-back.ts'
import { STDIN_NAME } from '../../input/request.ts'
import { ExactOutput } from '../guarded.ts'
import type { Session } from '../session.ts'

async function reportRefusedEdits({ refused }: FixedManifests, session: Session): Promise<void> {
  if (refused === 1) await session.note('1 fix cannot be made in its manifest automatically: make it by hand')
  if (refused > 1)
    await session.note(`${refused} fixes cannot be made in their manifests automatically: make them by hand`)
}

/** Writes the changed files, and prints their names. */
export async function writeFixes(made: FixedManifests, scope: WriteScope, session: Session): Promise<void> {
  const { fixed, edited } = made
  const names = await writeFixed(edited.texts, scope)
  const findings = fixed.length === 1 ? 'a finding' : `${fixed.length} findings`
  const files = names.length === 1 ? names.join('') : `${names.length} files`
  await session.note(names.length === 0 ? 'nothing to fix' : `fixed ${findings} in ${files}`)
  await reportRefusedEdits(made, session)
}

/** A byte order mark is part of the first line. */
function changedFile(path: string, { text, encoding }: SourceFile, parts: readonly TextEdit[]): ChangedFile {
  if (encoding !== 'utf-8 with mark') return { path, text, parts }
  return {
    path,
    text: `\uFEFF${text}`,
    parts: parts.map(({ start, end, text: part }) => ({ start: start + 1, end: end + 1, text: part })),
  }
}

/** A patch has one encoding. */
const isUtf8 = ({ encoding = 'utf-8' }: SourceFile): boolean => encoding.startsWith('utf-8')

/** The changes as a unified diff. */
export async function fixesAsDiff(made: FixedManifests, session: Session): Promise<Iterable<string>> {
  const { cwd, stdout } = session.io
  const changes = [...made.edited.replaced]
  const files = changes
    .filter(([file]) => isUtf8(file))
    .map(([file, parts]): ChangedFile => {
      const path = file.name === STDIN_NAME ? 'stdin' : relative(cwd, resolve(cwd, file.name))
      return changedFile(path, file, parts)
    })
  if (changes.length === 0) await session.note('nothing to fix')
  for (const [file] of changes) {
    if (!isUtf8(file)) await session.warn(`${file.name} is UTF-16, which a diff cannot show: its fixes are left out`)
  }
  await reportRefusedEdits(made, session)
  return new ExactOutput(await diffText(files, stdout.isTTY ? session.paint : undefined))
}
