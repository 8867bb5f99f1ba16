import { UserError } from '../../common/errors.ts'
import type { EarlierMesh } from '../../input/dumps/earlier.ts'
import { inputAtCommit } from '../../input/git/at-commit.ts'
import { shownRef } from '../../input/git/words.ts'
import { type Loaded, load } from '../../input/load.ts'
import type { Reporter } from '../../input/reporter.ts'
import type { InputRequest } from '../../input/request.ts'
import { nameOf, parseOperand, relativePath } from '../diff/operands.ts'
import { Session } from '../session.ts'

/** What is read of a mesh. If it states no release, that of each proxy applies, so no assumed one is reported. */
export const REQUIREMENTS = { reads: 'configuration', release: false } as const

const FLAG = '--before'
const FORMS = 'the forms are PATH, git:REF for the same files at a commit, and git:REF:PATH'

/** A request for files in place of what the user compares with. */
const forFiles = (paths: readonly string[], input: InputRequest): InputRequest => ({
  ...input,
  mesh: { kind: 'files', paths },
  over: [],
  rendered: undefined,
})

const loadRequest = (request: InputRequest, reporter: Reporter): Promise<Loaded> =>
  load(request, reporter, REQUIREMENTS)

/** The files of a request, by names that mean the same in a copy of the repository. */
function pathsIn({ mesh, cwd }: InputRequest, ref: string): readonly string[] {
  if (mesh.kind === 'files' && mesh.paths.length > 0) return mesh.paths.map((path) => relativePath(path, cwd))
  throw new UserError(
    `${FLAG} git:${shownRef(ref)}: which files of the commit?`,
    `-f PATH, or ${FLAG} git:${shownRef(ref)}:PATH`,
  )
}

async function loadCommit(
  { ref, path }: { readonly ref: string; readonly path: string | undefined },
  input: InputRequest,
  reporter: Reporter,
): Promise<Loaded> {
  const paths = path === undefined ? pathsIn(input, ref) : [relativePath(path, input.cwd)]
  const name = `${FLAG} git:${shownRef(ref)}`
  const words = { label: FLAG, of: () => name }
  return inputAtCommit(ref, forFiles(paths, input), reporter, (copy) => loadRequest(copy, reporter), words)
}

/**
 * An older version of the mesh, without warnings about it.
 * @param text `PATH`, `git:REF` or `git:REF:PATH`
 * @throws UserError when a part of it cannot be read
 */
export async function earlierMesh(text: string, input: InputRequest, session: Session): Promise<EarlierMesh> {
  if (text === '') throw new UserError(`${FLAG}: the path is empty`, FORMS)
  const operand = parseOperand(text)
  if (operand.kind === 'cluster') throw new UserError(`${FLAG} ${text}: a cluster has no older version`, FORMS)
  const quiet = await Session.open(session.io, { ...session.options, quiet: true }, session.program)
  const loaded =
    operand.kind === 'path'
      ? await loadRequest(forFiles([operand.path], input), quiet)
      : await loadCommit(operand, input, quiet)
  if (quiet.failed) throw new UserError(`${FLAG} ${text}: cannot be compared with, because not all of it can be read`)
  return { name: nameOf(operand), loaded }
}
