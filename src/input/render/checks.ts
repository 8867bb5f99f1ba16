/** Checks an input before a program gets it. */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CHART_FILE } from '../files/layout/helm.ts'
import { infoOf, realPath, specialKind } from '../files/names.ts'
import { isInside } from '../files/paths.ts'
import type { RenderedInput, RenderRequest } from '../request.ts'

/** No real chart has more. */
const MOST_ENTRIES = 100_000

/** The first link below a folder that leads out of the root, because helm follows links. */
function linkOut(folder: string, root: string): string | undefined {
  let left = MOST_ENTRIES
  const search = (at: string): string | undefined => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (left-- <= 0) return undefined
      if (entry.isSymbolicLink() && leadsOut(path, root)) return path
      const found = entry.isDirectory() ? search(path) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return search(folder)
}

function leadsOut(path: string, root: string): boolean {
  try {
    return !isInside(root, realPath(path))
  } catch {
    // It leads to nothing.
    return false
  }
}

function problemOfValues(path: string): string | undefined {
  const info = infoOf(path)
  if (info === undefined) return 'does not exist'
  if (info.isDirectory()) return 'is a folder: values are in files'
  return info.isFile() ? undefined : `is ${specialKind(info)}`
}

function problemOfFolder({ tool, path }: Exclude<RenderedInput, { tool: 'command' }>): string | undefined {
  const info = infoOf(path)
  if (info === undefined) return 'does not exist'
  if (!info.isDirectory()) return 'is not a folder'
  if (tool === 'helm' && !existsSync(join(path, CHART_FILE))) return `is not a chart: it has no ${CHART_FILE}`
  return undefined
}

/**
 * What is wrong with the files of an input, if anything.
 * @param cwd for names in the message
 */
export function refusalOf(input: RenderedInput, { root }: RenderRequest, cwd: string): string | undefined {
  if (input.tool === 'command') return undefined
  const own = problemOfFolder(input)
  if (own) return `${input.name} ${own}`
  if (input.tool !== 'helm') return undefined
  const shown = (path: string): string => relative(cwd, path) || path
  for (const path of input.values) {
    const problem = problemOfValues(path)
    if (problem) return `${shown(path)} ${problem}`
  }
  const link = root === undefined ? undefined : linkOut(input.path, realPath(root))
  return link && `${shown(link)} is a link that leads out of the repository`
}
