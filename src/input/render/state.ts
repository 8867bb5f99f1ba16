/** What rendered manifests depend on, as a text that differs after a change. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { infoOf, stateOfFile } from '../files/names.ts'
import { isInside } from '../files/paths.ts'
import type { CommandInput, RenderedInput, RenderRequest } from '../request.ts'
import { partsOf } from './sources.ts'

/** Of a folder, no more files are followed. */
const MOST_ENTRIES = 10_000

/** Folders that nothing is rendered from. */
const NOT_FOLLOWED: ReadonlySet<string> = new Set(['.git', 'node_modules'])

/** A file, or everything in a folder, with sizes and times of the last change. Links to folders are not followed. */
function stateOf(path: string): string {
  const lines: string[] = []
  const visit = (each: string, isFolder: boolean): void => {
    if (lines.length >= MOST_ENTRIES) return
    if (!isFolder) {
      lines.push(stateOfFile(each))
      return
    }
    try {
      for (const entry of readdirSync(each, { withFileTypes: true })) {
        if (!NOT_FOLLOWED.has(entry.name)) visit(join(each, entry.name), entry.isDirectory())
      }
    } catch {
      lines.push(`${each}\0unreadable`)
    }
  }
  visit(path, infoOf(path)?.isDirectory() ?? false)
  return lines.join('\n')
}

/** Files and folders that the words of a command name, also behind `=`. */
function namedBy({ command, folder }: CommandInput, root: string): readonly string[] {
  const paths = command.map((word) => resolve(folder, word.slice(word.indexOf('=') + 1)))
  return paths.filter((path) => path !== folder && isInside(root, path) && infoOf(path) !== undefined)
}

function pathsOf(input: RenderedInput, root: string): readonly string[] {
  if (input.tool === 'helm') return [input.path, ...input.values]
  if (input.tool === 'command') return namedBy(input, root)
  const { folders, files } = partsOf(input.path)
  return [...new Set([input.path, ...folders, ...files])]
}

/** What an input is rendered from, as far as its configuration names it. */
export const renderedFrom = (input: RenderedInput, { root, configuration }: RenderRequest): string =>
  [configuration, ...pathsOf(input, root ?? input.folder)].map(stateOf).join('\n')

/** As `renderedFrom`, for all inputs. */
export const allRenderedFrom = (renders: RenderRequest): string =>
  renders.inputs.map((input) => renderedFrom(input, renders)).join('\n')
