/** The repository that a folder belongs to. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Marks the top of a repository: folders above it belong to other projects. */
export const REPOSITORY = '.git'

/** Whether a folder is the top of a repository. */
export const isRepository = (folder: string): boolean => existsSync(join(folder, REPOSITORY))

/**
 * The top of the repository that a folder is in.
 * @param folder absolute
 * @param otherwise the result if it is in none
 */
export function repositoryOf(folder: string, otherwise = folder): string {
  for (let top = folder; ; top = dirname(top)) {
    if (isRepository(top)) return top
    if (dirname(top) === top) return otherwise
  }
}
