#!/usr/bin/env node
import { existsSync } from 'node:fs'
import * as module from 'node:module'

// Compiled code is kept between runs where Node can do so (22.1 and later).
module.enableCompileCache?.()

const entry = new URL('../dist/cli.js', import.meta.url)

if (existsSync(entry)) {
  const { main } = await import(entry.href)
  await main()
} else {
  process.stderr.write('error: vipctl is not built\n  hint: run `npm run build` in the folder of vipctl\n')
  process.exitCode = 2
}
