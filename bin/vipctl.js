#!/usr/bin/env node
/** CommonJS, because Node starts it in half the time of an ES module. */
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const start = join(__dirname, '../dist/start.cjs')

if (existsSync(start)) {
  require(start).main()
} else {
  process.stderr.write('error: vipctl is not built\n  hint: run `npm run build` in the folder of vipctl\n')
  process.exitCode = 2
}
