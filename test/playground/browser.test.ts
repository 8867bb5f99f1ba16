import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/folders.ts'

const CHROMIUM = process.env.CHROMIUM ?? ''
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HTML = join(ROOT, 'dist', 'playground', 'index.html')
const AXE = join(ROOT, 'node_modules', 'axe-core', 'axe.min.js')

/** Two databases that want the same port, because neither has an address. */
const entry = (name: string, more = ''): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
  namespace: shop
spec:
  hosts: [${name}.example.com]
  ports:
  - number: 3306
    name: tcp
    protocol: TCP
  resolution: DNS
${more}`

const CONFLICT = `${entry('orders')}---\n${entry('users')}`

const MESH = `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |-
    defaultConfig:
      concurrency: 2
`

describe.skipIf(CHROMIUM === '')('the playground in a browser', () => {
  let browser: Browser
  /** What the console says, and requests that leave the page. */
  const complaints: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(complaints.splice(0)).toEqual([])
  })

  /** Opens the page from a file, as a person does who has downloaded it. */
  async function opened(options: BrowserContextOptions = {}, fragment = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1300, height: 850 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      if (!/^(?:file|blob|data):/.test(request.url())) complaints.push(`request: ${request.url()}`)
    })
    await page.goto(pathToFileURL(HTML).href + fragment)
    await computed(page)
    return page
  }

  /** Waits until the answers are those of what is typed. */
  const computed = (page: Page) =>
    page.waitForFunction(() => document.body.dataset.computed === document.body.dataset.version)

  const editor = (page: Page) => page.locator('.cm-content')

  /** Replaces the text of the file. */
  async function typed(page: Page, text: string): Promise<void> {
    await editor(page).focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
    await computed(page)
  }

  /** A page with one file. */
  async function openedWith(text: string): Promise<Page> {
    const page = await opened()
    await page.evaluate(() => sessionStorage.clear())
    const files = page.locator('#files [role=tab]')
    while ((await files.count()) > 1) await page.locator('#close').click()
    await typed(page, text)
    return page
  }

  it('is small', () => {
    expect(gzipSync(readFileSync(HTML)).length).toBeLessThan(1_500_000)
    expect(statSync(`${HTML}.br`).size).toBeLessThan(1_500_000)
  })

  it('shows the conflict that one types, and ends it with the offered fix', async () => {
    const page = await openedWith(`${CONFLICT}---\n${MESH}`)
    await page.locator('#tab-listeners').click()
    await expect.poll(() => page.locator('#count-listeners').textContent()).toBe('1 kept out')
    const loss = page.locator('.row.error')
    expect(await loss.textContent()).toContain('users.example.com:3306')
    await loss.click()
    await expect.poll(() => page.locator('#panel-listeners .detail').textContent()).toContain('same-match')
    await page.locator('#tab-findings').click()
    await page.locator('.fix').first().click()
    await expect.poll(() => page.locator('#count-listeners').textContent()).toBe('')
    await editor(page).focus()
    await page.keyboard.press('Control+z')
    await expect.poll(() => page.locator('#count-listeners').textContent()).toBe('1 kept out')
  })

  it('answers names, and says which lines the answer comes from', async () => {
    const page = await openedWith(entry('orders'))
    await page.locator('#capture').selectOption('true')
    await page.locator('#tab-dns').click()
    await page.locator('#dns').fill('orders.example.com')
    const answer = page.locator('#panel-dns .answer')
    await expect.poll(() => answer.textContent()).toContain('240.240.0.1')
    await answer.locator('.place').first().click()
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('cm-content')
    await page.locator('#dns').fill('orders.example.com MXX')
    await expect.poll(() => answer.textContent()).toContain('did you mean MX?')
  })

  it('traces a request and draws its way', async () => {
    const page = await openedWith(entry('orders'))
    await page.locator('#capture').selectOption('true')
    await page.locator('#tab-trace').click()
    await page.locator('#trace').fill('orders.example.com:3306')
    await expect
      .poll(() => page.locator('#panel-trace .lines').textContent())
      .toContain('outbound|3306||orders.example.com')
    await expect.poll(() => page.locator('.picture').textContent(), { timeout: 20_000 }).toContain('listener')
    await page.locator('#trace').fill('orders.example.com')
    await expect.poll(() => page.locator('#panel-trace .failure').textContent()).toContain('the port is missing')
  })

  it('carries everything in a link', async () => {
    const page = await openedWith(CONFLICT)
    await page.locator('#tab-dns').click()
    await page.locator('#dns').fill('orders.example.com')
    await page.locator('#version').selectOption('1.27')
    await page.locator('#share').click()
    await expect.poll(() => page.url()).toContain('#s=')
    const other = await opened({}, new URL(page.url()).hash)
    expect(await editor(other).textContent()).toContain('users.example.com')
    expect(await other.locator('#version').inputValue()).toBe('1.27')
    await expect.poll(() => other.locator('#panel-dns .answer').textContent()).toContain('orders.example.com')
    await expect.poll(() => other.locator('#status').textContent()).toContain('Istio 1.27')
  })

  it('keeps what one types over a reload, also if it began with a link', async () => {
    const page = await openedWith(CONFLICT)
    await page.locator('#share').click()
    await expect.poll(() => page.url()).toContain('#s=')
    await typed(page, entry('later'))
    await expect.poll(() => page.url()).not.toContain('#s=')
    await page.reload()
    await computed(page)
    expect(await editor(page).textContent()).toContain('later.example.com')
  })

  it('says so when a link cannot be read', async () => {
    const page = await opened({}, '#s=AAAA')
    await expect.poll(() => page.locator('#failed').textContent()).toContain('The link cannot be read')
    expect(await page.locator('#files').textContent()).toContain('bookinfo.yaml')
    const good = await openedWith(CONFLICT)
    await good.locator('#share').click()
    await expect.poll(() => good.url()).toContain('#s=')
    // An address that is pasted into an open page.
    await page.evaluate((hash) => {
      location.hash = hash
    }, new URL(good.url()).hash)
    await expect.poll(() => editor(page).textContent()).toContain('users.example.com')
    expect(await page.locator('#failed').isVisible()).toBe(false)
  })

  it('takes dropped files, and files of the picker', async () => {
    const page = await openedWith('')
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'dropped.yaml'))
      return transfer
    }, CONFLICT)
    await page.dispatchEvent('main', 'drop', { dataTransfer: data })
    await computed(page)
    expect(await page.locator('#files [aria-selected=true]').textContent()).toBe('dropped.yaml')
    const path = join(temporaryFolder(), 'picked.yaml')
    writeFileSync(path, entry('picked'))
    await page.locator('#picker').setInputFiles(path)
    await computed(page)
    await page.locator('#tab-findings').click()
    await expect.poll(() => page.locator('.findings').textContent()).toContain('dropped.yaml')
  })

  it('takes a paste of 5 MB without freezing', async () => {
    const page = await openedWith('')
    await page.locator('#capture').selectOption('true')
    const large = Array.from({ length: 24_000 }, (_, index) => entry(`db-${index}`)).join('---\n')
    expect(large.length).toBeGreaterThan(5_000_000)
    /** How often the page came to do something else before the worker had answered. */
    const turns = await page.evaluate(async (text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', text)
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.querySelector('.cm-content')?.dispatchEvent(paste)
      let count = 0
      while (document.querySelector('#count-names')?.textContent !== '24000') {
        await new Promise((resolve) => setTimeout(resolve, 10))
        count++
      }
      return count
    }, large)
    expect(turns).toBeGreaterThan(10)
    await page.locator('#panel-names .filter').fill('db-23999.')
    await expect.poll(() => page.locator('#panel-names .row').first().textContent()).toContain('db-23999.example.com')
  }, 120_000)

  it('takes hostile names as texts', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const page = await openedWith(
      `${entry('good').replace('name: good', `name: good\n  labels: {__proto__: '${name}', constructor: x}`)}---\n${entry('bad').replace('bad.example.com', `"${name}", "__proto__"`)}`,
    )
    await page.locator('#capture').selectOption('true')
    for (const panel of ['names', 'dns', 'listeners', 'findings', 'trace']) await page.locator(`#tab-${panel}`).click()
    await page.locator('#trace').fill(`http://${name}/`)
    await page.locator('#tab-findings').click()
    await expect.poll(() => page.locator('.findings').textContent()).toContain('<img')
    expect(await page.locator('main img').count()).toBe(0)
    await expect.poll(() => page.locator('#count-names').textContent()).toBe('1')
  })

  it('works with the keyboard alone', async () => {
    const page = await openedWith(CONFLICT)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('proxy')
    await page.locator('#tab-names').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#panel-listeners').isVisible()).toBe(true)
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('role'))
    for (let stops = 0; stops < 4 && (await focused()) !== 'grid'; stops++) await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#panel-listeners .detail').textContent()).toContain('listener ')
  })

  it.each([
    ['light', 1300],
    ['dark', 1300],
    ['light', 390],
    ['dark', 390],
  ] as const)('is readable: %s, %i pixels wide', async (colorScheme, width) => {
    const page = await opened({ colorScheme, viewport: { width, height: 800 } })
    if (width < 800) await page.locator('#view-answers').click()
    for (const panel of ['names', 'dns', 'listeners', 'findings', 'trace']) {
      await page.locator(`#tab-${panel}`).click()
      if (panel === 'trace') await page.locator('.picture').waitFor()
      if (panel === 'names' || panel === 'listeners') await page.locator(`#panel-${panel} [role=grid]`).waitFor()
      // The policy of the page forbids scripts, so axe comes by the protocol of the browser's tools.
      await page.evaluate(readFileSync(AXE, 'utf8'))
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        }
        const found = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
      })
      expect(violations, panel).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), panel).toBe(true)
    }
  })
})
