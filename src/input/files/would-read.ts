/** Whether a file would be read if it were there, such as one that is open in an editor and not saved yet. */
import { basename, dirname, resolve } from 'node:path'
import { type InputRequest, STDIN } from '../request.ts'
import { Exclusions } from './layout/exclusions.ts'
import { isInside } from './paths.ts'
import { isVisibleManifest } from './walk.ts'

/** @param path absolute */
export function wouldRead(path: string, { mesh, cwd, exclude, recursive }: InputRequest): boolean {
  if (mesh.kind !== 'files' || !isVisibleManifest(basename(path))) return false
  const folder = dirname(path)
  const holds = (named: string): boolean => (recursive ? isInside(named, folder) : named === folder)
  const isNamed = mesh.paths.some((named) => named !== STDIN && holds(resolve(cwd, named)))
  return isNamed && !new Exclusions(exclude, cwd).at(folder, true).excludes(path, false)
}
