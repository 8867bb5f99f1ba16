/** Programs of the system that the sandbox needs. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where administrative programs are, which are not on the path of every user. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']

export const pathWithSystem = (path = ''): string => [path, ...SYSTEM].filter((each) => each !== '').join(delimiter)

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** The file of a program on a path; undefined if it is not there. */
export function programOn(path: string | undefined, name: string): string | undefined {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isProgram)
}
