/** Opens the user's editor at a line. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { FilePlace } from '../protocol.ts'

/** Editors that take `+LINE` before the file. */
const PLUS = /^(vi|vim|nvim|nano|pico|emacs|emacsclient|kak|micro|joe|ne|mg|ed|less)\b/
/** Editors that take `--goto FILE:LINE:COLUMN`. */
const GOTO = /^(code|codium|code-insiders|cursor)\b/
/** Editors that take `FILE:LINE:COLUMN`. */
const COLON = /^(hx|helix|subl|zed)\b/

/** The arguments of an editor; one that is not known gets the file alone. */
export function editorArguments(program: string, path: string, { line, column }: FilePlace): readonly string[] {
  const name = basename(program)
  if (PLUS.test(name)) return [`+${line}`, path]
  if (GOTO.test(name)) return ['--wait', '--goto', `${path}:${line}:${column}`]
  if (COLON.test(name)) return [`${path}:${line}:${column}`]
  return [path]
}

/**
 * Runs the editor until the user leaves it. Nothing else of this thread runs meanwhile, so that it has the keyboard.
 * @returns what went wrong
 */
export function edit(
  place: FilePlace,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string | undefined {
  const path = resolve(cwd, place.file)
  if (!existsSync(path)) return `${place.file} is not a file here, so there is nothing to edit`
  const command = env.VISUAL || env.EDITOR || 'vi'
  const [program = ''] = command.trim().split(/\s+/)
  // A shell reads the variable, as for git: it may have arguments.
  const words = ['-c', `${command} "$@"`, program, ...editorArguments(program, path, place)]
  const { error, status } = spawnSync('sh', words, { cwd, stdio: 'inherit' })
  if (error) return `cannot run ${program}: ${error.message}`
  return status ? `${program} ended with ${status}` : undefined
}
