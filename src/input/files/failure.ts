/** Why a file operation failed, in words. */
import { getSystemErrorMap } from 'node:util'

const KNOWN: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'the symbolic links form a loop'],
  ['ENOENT', 'no such file or folder'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EISDIR', 'it is a folder'],
  ['ENXIO', 'it is a socket, or a device that is not there'],
])

/** Without Node's code and path. @param error from `node:fs` */
export function failureText(error: unknown): string {
  const { code, errno, message } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : KNOWN.get(code)
  if (known !== undefined) return known
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message
}
