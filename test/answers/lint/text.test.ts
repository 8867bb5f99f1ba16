import { describe, expect, it } from 'vitest'
import { type LintReport, Places } from '../../../src/answers/lint/report.ts'
import { lintText, quietText } from '../../../src/answers/lint/text.ts'
import { ruleEntry } from '../../../src/findings/lint/index.ts'
import { renderLines } from '../../../src/formats/spans.ts'
import { displayWidth } from '../../../src/formats/width.ts'
import { emptyReport, finding, shop, shopReport, worldOf } from './report.ts'

function textOf(report: LintReport, width?: number, verbose = false): string {
  return [...renderLines(lintText(report, { width, verbose }), (_, text) => text)].join('')
}

describe('text', () => {
  it.each([80, 200])(
    'of %d columns shows each finding by file, with its line, related places, fix and namespaces',
    async (width) => {
      const text = textOf(shopReport(), width)
      expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(width)
      await expect(text).toMatchFileSnapshot(`../../../fixtures/lint/golden/report-${width}.txt`)
    },
  )

  it('adds the rule, how to fix it and where to read on when it is verbose', () => {
    const text = textOf(shopReport(), undefined, true)
    const { title, howToFix } = ruleEntry('shared-vip-port')
    expect(text).toContain(`    rule: ${title}\n    how to fix: ${howToFix}\n`)
    expect(text).toContain('more: vipctl lint --explain shared-vip-port, https://')
  })

  it('says what was checked when nothing is found', () => {
    expect(textOf(emptyReport()).trimEnd().split('\n').at(-1)).toBe(
      'no findings: 7 objects in 4 files, seen by proxies in 2 namespaces',
    )
  })

  it('says what was not checked', () => {
    const { scope, ...report } = emptyReport()
    const notChecked = new Map([
      ['Telemetry', 1],
      ['HTTPRoute', 3],
    ])
    expect(
      textOf({ ...report, scope: { ...scope, notChecked } })
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toBe(
      'no findings: 7 objects in 4 files, seen by proxies in 2 namespaces; not checked, because they are not modelled: 3 HTTPRoute, 1 Telemetry',
    )
  })

  it('breaks no lines where no terminal says how wide it is, so that they can be searched', () => {
    expect(textOf(shopReport())).toContain(
      'it has the same address and port as orders.db.example.com:3306 of ServiceEntry shop/orders-db, which is older\n',
    )
  })

  it('ends with the numbers of each rule and the changes that help most where findings do not fit on a screen', () => {
    const cache = shop().object('ServiceEntry', 'cache')
    const fix = { title: 'move it', changes: [], safe: false, proven: true } as const
    const many = (count: number): LintReport => ({
      ...shopReport(),
      places: new Places(),
      findings: Array.from({ length: count }, (_, index) => {
        if (index === 0) return finding('protocol-unset', cache, ['spec'], { severity: 'info', fix })
        const caused = finding('tcp-port-conflict', cache, ['spec'], { message: `number ${index}` })
        return index < 3 ? { ...caused, fix } : { ...caused, cause: 'dns-capture' }
      }),
    })
    expect(textOf(many(20))).not.toContain('by rule')
    expect(textOf(many(24), 80)).toContain(`
by rule
  23  error    tcp-port-conflict
   1  info     protocol-unset     The protocol of a port is not stated

changes that end most findings
  21  capture DNS (ISTIO_META_DNS_CAPTURE)
   3  move it

`)
    expect(textOf(many(24))).toContain(
      '  23  error    tcp-port-conflict  TCP services without an address of their own share one listener\n',
    )
  })

  it('makes control characters of names visible', () => {
    const text = textOf(shopReport(), 80)
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('\u202e')
    expect(text.replace(/\n */g, ' ')).toContain('\\x1b[31m\\n::error::')
  })

  it('gives many findings of one rule a line each after the first ones, and all in full when it is verbose', () => {
    const base = shopReport()
    const cache = shop().object('ServiceEntry', 'cache')
    const findings = Array.from({ length: 25 }, (_, index) =>
      finding('tcp-catch-all', cache, ['spec', 'hosts'], { message: `number ${index}` }),
    )
    const report = { ...base, findings, places: new Places() }
    const carets = (text: string) => text.split('\n').filter((line) => /\| +\^+$/.test(line)).length
    expect(carets(textOf(report))).toBe(10)
    expect(carets(textOf({ ...report, places: new Places() }, undefined, true))).toBe(25)
    const text = textOf({ ...report, places: new Places() })
    for (const { message } of findings) expect(text).toContain(`${message}\n`)
  })

  it('shows the part of a minified manifest in which the value stands', () => {
    const labels = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`label${index}`, 'x']))
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'wide', labels },
      spec: { clusterIP: '10.0.0.1', ports: [{ port: 80, name: 'http' }] },
    })
    const world = worldOf({ 'wide.json': json })
    const findings = [finding('protocol-unset', world.object('Service', 'wide'), ['spec', 'ports', 0, 'port'])]
    const lines = textOf({ ...shopReport(), findings, places: new Places() }, 80).split('\n')
    const at = lines.findIndex((line) => line.includes('^'))
    const [shown = '', carets = ''] = [lines[at - 1], lines[at]]
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('80')
    expect(displayWidth(shown)).toBeLessThanOrEqual(80)
  })

  it('puts one caret below the beginning of a long mapping in one line, and carets below all of a short one', () => {
    const ports = '{number: 3306, name: tcp-a-long-name, protocol: TCP}'
    const world = worldOf({
      'flow.yaml': `apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: {app: s}\n  ports: [${ports}]\n`,
    })
    const carets = (...path: string[]): number => {
      const findings = [finding('protocol-unset', world.object('Service', 's'), path)]
      const text = textOf({ ...shopReport(), findings, places: new Places() })
      return /\| +(\^+)$/m.exec(text)?.[1]?.length ?? 0
    }
    expect([carets('spec', 'ports'), carets('spec', 'selector')]).toEqual([1, '{app: s}'.length])
  })

  it('puts the caret under a value behind wide characters', () => {
    const world = worldOf({
      'wide.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: s, annotations: {a: 日本語, b: value}}\nspec: {ports: [{port: 1}]}\n',
    })
    const path = ['metadata', 'annotations', 'b']
    const findings = [finding('protocol-unset', world.object('Service', 's'), path)]
    const lines = textOf({ ...shopReport(), findings, places: new Places() }).split('\n')
    const at = lines.findIndex((line) => line.includes('^'))
    const [shown = '', carets = ''] = [lines[at - 1], lines[at]]
    expect(displayWidth(shown.slice(0, shown.indexOf('value')))).toBe(carets.indexOf('^'))
  })

  it('lists the findings of a document by line', () => {
    const orders = shop().object('ServiceEntry', 'orders-db')
    const findings = [
      finding('tcp-catch-all', orders, ['spec', 'addresses']),
      finding('tcp-catch-all', orders, ['spec', 'hosts', 0]),
    ]
    const text = textOf({ ...shopReport(), findings, places: new Places() })
    expect([...text.matchAll(/^ {2}(\d+):/gm)].map(([, line]) => Number(line))).toEqual([10, 11])
  })
})

it('quiet text is a line for each error, and nothing else', () => {
  expect([...quietText(shopReport())].join('')).toBe(
    'databases.yaml:25:15: error: ServiceEntry shop/stock-db: stock.db.example.com:3306 gets no connections: it has the same address and port as ' +
      'orders.db.example.com:3306 of ServiceEntry shop/orders-db, which is older [shared-vip-port]\n',
  )
})
