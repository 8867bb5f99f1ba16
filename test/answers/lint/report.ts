/** A hand-made report about fixtures/lint/shop, so that tests of formats do not depend on the rules. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LintReport, Places } from '../../../src/answers/lint/report.ts'
import type { LintFinding, LintFix, Severity } from '../../../src/findings/lint/rule.ts'
import type { Resource } from '../../../src/kinds/resource.ts'
import { packageVersion } from '../../../src/own-program.ts'
import { LATEST } from '../../../src/releases/version.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import type { Snapshot } from '../../../src/resources/snapshot.ts'
import type { PathStep } from '../../../src/sources/document.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import { ROOT } from '../../commands/cli.ts'

const FILES = ['cache.yaml', 'databases.yaml', 'frontend.yaml', 'reports.yaml']

/** Contains what formats must escape: separators, markup, and control characters. */
export const HOSTILE = '</failure>\u001b[31m\n::error::%0A, "x" & \u202e'

export interface World {
  readonly snapshot: Snapshot
  /** An object of the manifests. */
  object(kind: string, name: string): Resource
}

/** The manifests of a report. @param texts by file name */
export function worldOf(texts: Readonly<Record<string, string>>): World {
  const documents = Object.entries(texts).flatMap(([name, text]) => parseDocuments({ name, text }, '').documents)
  const snapshot = buildSnapshot(documents)
  const all: Resource[] = [
    ...snapshot.clusters[0].services,
    ...snapshot.istio.serviceEntries,
    ...snapshot.istio.destinationRules,
    ...snapshot.verdicts.map(({ resource }) => resource),
  ]
  return {
    snapshot,
    object(kind, name) {
      const found = all.find((resource) => resource.kind === kind && resource.meta.name === name)
      if (!found) throw new Error(`no ${kind} ${name}`)
      return found
    },
  }
}

export const shop = (): World =>
  worldOf(Object.fromEntries(FILES.map((name) => [name, readFileSync(join(ROOT, 'fixtures/lint/shop', name), 'utf8')])))

interface FindingOptions extends Partial<Pick<LintFinding, 'message' | 'related' | 'namespaces' | 'fix'>> {
  readonly severity?: Severity
}

export function finding(rule: string, resource: Resource, path: PathStep[], options: FindingOptions = {}): LintFinding {
  const { namespace, name } = resource.meta
  const { severity = 'error', message = 'something is wrong', related = [], namespaces = [], fix } = options
  return {
    rule,
    severity,
    message,
    object: { kind: resource.kind, namespace, name },
    resource,
    location: resource.location.child(...path),
    related,
    namespaces,
    proposals: () => [],
    fix,
  }
}

/** A report with an error (related location, fix), a warning, a note, an ignored finding, and a clean file. */
export function shopReport(world: World = shop()): LintReport {
  const [orders, stock, reports] = ['orders-db', 'stock-db', 'reports-db'].map((name) =>
    world.object('ServiceEntry', name),
  )
  if (!orders || !stock || !reports) throw new Error('the databases are missing')
  const frontend = world.object('Service', 'frontend')
  const fix: LintFix = {
    title: 'give shop/stock-db the address 198.51.100.7 of its endpoint',
    changes: [{ kind: 'edit', resource: stock, edits: [{ path: ['spec', 'addresses'], value: ['198.51.100.7'] }] }],
    safe: true,
    proven: true,
  }
  const related = [
    {
      message: 'ServiceEntry shop/orders-db has the listener',
      location: orders.location.child('spec', 'addresses', 0),
    },
  ]
  const message =
    'stock.db.example.com:3306 gets no connections: it has the same address and port as orders.db.example.com:3306 of ServiceEntry shop/orders-db, which is older'
  const ignored = finding('shared-vip-port', reports, ['spec', 'addresses', 0], {
    message: 'reports.db.example.com:3306 gets no connections',
  })
  const findings = [
    finding('shared-vip-port', stock, ['spec', 'addresses', 0], {
      message,
      related,
      fix,
      namespaces: ['reports', 'shop'],
    }),
    finding('protocol-unset', frontend, ['spec', 'ports', 0], {
      severity: 'info',
      message: 'the protocol of port 8080 is guessed',
    }),
    finding('tcp-catch-all', world.object('DestinationRule', 'reports'), ['spec', 'host'], {
      severity: 'warning',
      message: `a message that holds ${HOSTILE}`,
      namespaces: ['reports'],
    }),
  ]
  return {
    version: packageVersion(),
    findings,
    ignored: [{ finding: ignored, by: 'configuration', reason: 'its pods are being moved' }],
    known: 2,
    changes: undefined,
    untriedFixes: false,
    failing: new Set(['error']),
    scope: {
      files: FILES,
      objects: 7,
      notChecked: new Map(),
      namespaces: ['reports', 'shop'],
      proxies: 'synthetic sidecars in 2 namespaces, DNS capture off',
      release: { version: LATEST, origin: { kind: 'assumed' } },
    },
    places: new Places(),
    failures: [],
  }
}

/** The same without findings. */
export const emptyReport = (): LintReport => ({
  ...shopReport(),
  findings: [],
  ignored: [],
  known: 0,
  places: new Places(),
})
