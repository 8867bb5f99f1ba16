/** Declarations of the library for TypeScript: the files that its entries need, written by tsc, all in one folder. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'

const IMPORT = /\bfrom '(\.[^']*)\.ts'/g

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  declaration: true,
  isolatedDeclarations: true,
  strict: true,
  removeComments: false,
}

/** The declarations of one file. Files of the library state the types of everything that they export. */
function declarationsOf(path) {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
    compilerOptions: options,
    fileName: path,
    reportDiagnostics: true,
  })
  if (diagnostics.length > 0) {
    const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => '', getNewLine: () => '\n' }
    throw new Error(`the library has types that are not stated:\n${ts.formatDiagnostics(diagnostics, host)}`)
  }
  return outputText
}

/**
 * @param entries files by the names that their declarations get
 * @returns texts by file name. Files that an entry needs keep their names without folders, so that other programs do not
 * see where the library's own files are.
 */
export function libraryTypes(entries) {
  const names = new Map(Object.entries(entries).map(([name, path]) => [path, name]))
  const texts = new Map()
  for (const [path, name] of names) {
    if (texts.has(name)) throw new Error(`two files of the library have the name ${name}`)
    const text = declarationsOf(path).replaceAll(IMPORT, (_, relative) => {
      const target = join(dirname(path), `${relative}.ts`)
      if (!names.has(target)) names.set(target, basename(target, '.ts'))
      return `from './${names.get(target)}.js'`
    })
    texts.set(name, text)
  }
  return new Map([...texts].map(([name, text]) => [`${name}.d.ts`, text]))
}
