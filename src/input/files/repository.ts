/** The repository that a folder belongs to. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Marks the top of a repository: folders above it belong to other projects. */
const REPOSITORY = '.git'

/** Whether a folder is the top of a repository. */
export const isRepository = (folder: string): boolean => existsSync(join(folder, REPOSITORY))

/** The top of the repository that a folder is in; the folder itself if it is in none. @param folder absolute */
export function repositoryOf(folder: string): string {
  for (let top = folder; ; top = dirname(top)) {
    if (isRepository(top)) return top
    if (dirname(top) === top) return folder
  }
}
