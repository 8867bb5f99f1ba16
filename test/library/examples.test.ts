import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/folders.ts'
import { bundle, ENTRIES, ROOT } from './bundle.ts'

const PAGE = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8')

const blocksOf = (language: string): readonly string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)

it('the examples of docs/library.md print what the page says', async () => {
  const folder = temporaryFolder()
  const urls = new Map<string, string>()
  for (const [name, entry] of Object.entries(ENTRIES)) {
    const file = join(folder, `${name.replace('/', '-')}.mjs`)
    const platform = name === 'vipctl' ? 'node' : 'browser'
    writeFileSync(file, await bundle({ entryPoints: [entry], format: 'esm', platform }))
    urls.set(name, pathToFileURL(file).href)
  }
  const run = promisify(execFile)
  const running = blocksOf('js').map(async (code, index) => {
    const example = join(folder, `example-${index}.mjs`)
    writeFileSync(
      example,
      code.replace(/from '(vipctl[^']*)'/, (_, name: string) => `from '${urls.get(name)}'`),
    )
    const { stdout, stderr } = await run(process.execPath, [example], { cwd: ROOT })
    return stdout + stderr
  })
  const printed = await Promise.all(running)
  expect(printed).toEqual(blocksOf('text'))
})

it('docs/library.md has an example of every function', () => {
  const code = blocksOf('js').join('\n')
  const functions = ['allocate', 'proxies', 'proxy', 'lint', 'nameTable', 'dig', 'resources', 'conflicts', 'trace']
  expect(functions.filter((name) => !code.includes(`.${name}(`))).toEqual([])
})
