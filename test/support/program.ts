/**
 * The program that tests start: bin/vipctl.js, or what VIPCTL names, such as the single executable:
 * `VIPCTL=dist/vipctl npm test -- test/commands/dig.test.ts`.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const { VIPCTL } = process.env

/** undefined without VIPCTL: tests then call the program's functions where they can. */
export const GIVEN_PROGRAM = VIPCTL ? resolve(VIPCTL) : undefined

/** The command and its first arguments. */
export const PROGRAM: readonly [string, ...string[]] = GIVEN_PROGRAM
  ? [GIVEN_PROGRAM]
  : [process.execPath, fileURLToPath(new URL('../../bin/vipctl.js', import.meta.url))]
