import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/folders.ts'
import { ROOT, vipctl } from './cli.ts'
import { startCommand } from './running.ts'

describe('vipctl playground', () => {
  beforeAll(() => {
    const isBuilt = existsSync(join(ROOT, 'dist', 'playground', 'index.html.br'))
    if (!isBuilt) execFileSync(process.execPath, [join('bin', 'playground.mjs')], { cwd: ROOT })
  })

  it('refuses addresses that other machines reach', async () => {
    const { code, stderr } = await vipctl('playground --no-open --bind 0.0.0.0')
    expect(code).toBe(2)
    expect(stderr).toContain('other machines may reach this address')
    expect((await vipctl('playground --bind example.com')).stderr).toContain('is not an IP address')
    expect((await vipctl('playground --port 70000')).code).toBe(2)
  })

  it('writes the page', async () => {
    const folder = temporaryFolder()
    expect(await vipctl('playground --out page.html', { cwd: folder })).toMatchObject({ code: 0, stdout: '' })
    const html = readFileSync(join(folder, 'page.html'), 'utf8')
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).toContain("default-src 'none'; connect-src 'none'")
  })

  describe('as a server', () => {
    it('serves the page and nothing else, until it is interrupted', async () => {
      const running = startCommand(['playground', '--no-open'], temporaryFolder())
      await expect.poll(() => running.stdout()).toContain('\n')
      const url = running.stdout().trim()
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
      const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
      expect(plain.headers.get('content-encoding')).toBeNull()
      const compressed = await fetch(url, { headers: { 'accept-encoding': 'br' } })
      expect(compressed.headers.get('content-encoding')).toBe('br')
      expect(await compressed.text()).toBe(await plain.text())
      expect((await fetch(`${url}package.json`)).status).toBe(404)
      expect((await fetch(url, { method: 'POST' })).status).toBe(405)
      expect(await running.interrupt()).toBe(0)
      await expect(fetch(url)).rejects.toThrow()
    })
  })
})
