/** Random traffic: the server answers everything, and still finds what it found before. MESSAGES=20000 sends more. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { start } from './client.ts'
import { FILES, Traffic } from './traffic.ts'

const MESSAGES = Number(process.env.MESSAGES ?? 600)
const SEED = Number(process.env.SEED ?? 1)
/** Messages that are sent at once. */
const BURST = 25

it('is alive after random messages, and right', async () => {
  const own = await start({ files: FILES })
  const found = (): Record<string, string[]> =>
    Object.fromEntries(Object.keys(FILES).map((name) => [name, own.codes(name)]))
  await own.finds('deep/names.yaml', 'tcp-port-conflict')
  await own.finds('routes.yaml', 'destination-host-unknown')
  const before = found()
  const traffic = new Traffic(own, SEED)
  const megabytes = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${own.process.pid}/status`, 'utf8'))?.[1]) / 1024
  for (let burst = 0; traffic.sent < MESSAGES; burst++) {
    for (let count = 0; count < BURST; count++) traffic.send()
    await traffic.settled()
    if (process.env.MESSAGES && burst % 20 === 0) console.log(traffic.sent, Math.round(megabytes()), 'MB')
  }
  await traffic.restore()
  await own.until(() => JSON.stringify(found()) === JSON.stringify(before), 'what it was').catch(() => undefined)
  expect(found()).toEqual(before)
  expect(traffic.failures).toEqual([])
  expect(own.stderr).toBe('')
  expect(own.logged.filter((text) => text.includes('internal error'))).toEqual([])
}, 3_600_000)
