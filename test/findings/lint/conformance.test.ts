import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Scope } from '../../../src/findings/lint/engine/scope.ts'
import type { RuleId } from '../../../src/findings/lint/index.ts'
import { nodeOf, readCase } from '../../conformance/cases.ts'
import { allCases } from '../../conformance/sets.ts'
import { compareWithAnalyze, MARKERS } from './analyze.ts'
import {
  clusterOf,
  clusterOfFinding,
  clustersOfWholePorts,
  crowdedClusters,
  duplicateSockets,
  type Examined,
  examineCase,
  importedPorts,
  lostPorts,
  mayBeTcp,
  portOfFinding,
} from './golden.ts'

const CASES = allCases()
const WITH_SIDECARS = CASES.filter(({ folder, name }) =>
  readCase(folder, name).proxies.some((proxy) => nodeOf(proxy).id.startsWith('sidecar~')),
)

const LOSSES: ReadonlySet<string> = new Set<RuleId>([
  'tcp-port-conflict',
  'shared-vip-port',
  'server-first-conflict',
  'http-tcp-same-port',
  'headless-port-collision',
])
const HOLDERS: ReadonlySet<string> = new Set<RuleId>(['vip-without-capture', 'tcp-address-required', 'tcp-catch-all'])

const LOST = / gets no connections: | is not told apart from /

/** Ports that lint reports as lost, from the start of its messages. */
const reportedLosses = ({ findings }: Examined): readonly string[] =>
  findings.filter(({ rule, message }) => LOSSES.has(rule) && LOST.test(message)).map(portOfFinding)

describe.each(WITH_SIDECARS)('$name', ({ folder, name }) => {
  it('every TCP port that lost its place is reported as lost', () => {
    for (const proxy of examineCase(folder, name)) {
      const reported = new Set(reportedLosses(proxy))
      expect(
        lostPorts(proxy).filter((port) => !reported.has(port)),
        proxy.name,
      ).toEqual([])
    }
  })

  it('nothing is reported as lost that listeners or routes lead to', () => {
    for (const proxy of examineCase(folder, name)) {
      const lost = proxy.findings.filter(({ rule, message }) => LOSSES.has(rule) && LOST.test(message))
      const reached = lost.filter((finding) => proxy.golden.referenced.has(clusterOfFinding(finding)))
      expect(reached.map(({ message }) => message)).toEqual([])
    }
  })

  it('whoever is said to take a whole port has the chain that matches everything', () => {
    for (const proxy of examineCase(folder, name)) {
      const holders = clustersOfWholePorts(proxy)
      const wrong = proxy.findings.filter(
        (finding) => HOLDERS.has(finding.rule) && !holders.has(clusterOfFinding(finding)),
      )
      expect(wrong.map(({ message }) => message)).toEqual([])
    }
  })

  it('what Envoy rejects is found, and nothing else', () => {
    for (const proxy of examineCase(folder, name)) {
      const rejected = proxy.findings.filter(({ rule }) => rule === 'envoy-rejects').map(({ message }) => message)
      const wanted = [...duplicateSockets(proxy), ...crowdedClusters(proxy)]
      expect(rejected.length, proxy.name).toBe(wanted.length)
      for (const text of wanted) expect(rejected).toContainEqual(expect.stringContaining(text))
    }
  })

  it('lint knows of each TCP port whether it is reached', () => {
    for (const proxy of examineCase(folder, name)) {
      const scope = new Scope(proxy.facts, proxy.view)
      const wrong = [...importedPorts(proxy.view)].filter(([, [{ hostname }, port]]) => {
        const reached = proxy.golden.referenced.has(clusterOf(hostname, port.number))
        return mayBeTcp(port) && scope.host(hostname).isReached(port.number) !== reached
      })
      expect(wrong.map(([text]) => text)).toEqual([])
    }
  })
})

const PAGE = fileURLToPath(new URL('../../../docs/lint-and-analyze.md', import.meta.url))
describe('lint beside istioctl analyze', () => {
  it('finds every TCP entry without an address that loses its listener, and accuses no other', () => {
    const { lost, kept } = compareWithAnalyze(CASES).losses
    expect(lost).toEqual({ ports: 58, analyze: 43, lint: 58 })
    expect(kept).toMatchObject({ analyze: 117, lint: 0 })
  })

  it('has the tables of docs/lint-and-analyze.md (npm run pages writes them)', async () => {
    const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
    const [begin, end] = [page.indexOf(MARKERS.begin), page.indexOf(MARKERS.end)]
    expect(begin).toBeGreaterThan(0)
    const written = page.slice(0, begin) + MARKERS.begin + compareWithAnalyze(CASES).tables + page.slice(end)
    await expect(written).toMatchFileSnapshot(PAGE)
  })
})
