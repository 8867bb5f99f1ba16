/** What lint finds, as `vipctl lint -o json` prints it. */
import { lintMessage } from '../answers/lint/message.ts'
import { plainReport } from '../answers/lint/report.ts'
import { countNotChecked, countObjects, fileNames, namespacesOfProxies, proxiesText } from '../answers/lint/scope.ts'
import type { LintReport } from '../answers/shapes/lint.ts'
import { quoted, UserError } from '../common/errors.ts'
import { nearest } from '../common/nearest.ts'
import { secretsOf } from '../findings/gateways/index.ts'
import { groupByCause } from '../findings/lint/causes.ts'
import { filterIgnored } from '../findings/lint/ignores.ts'
import {
  DNS_CAPTURE_MODES,
  type DnsCaptureMode,
  type LintFinding,
  type LintProxy,
  lint,
  syntheticProxies,
} from '../findings/lint/index.ts'
import { levelsOfRules, statedLevel } from '../findings/lint/levels.ts'
import { computationsFor, FIX_EFFORTS, type FixEffort, proveFixes, sizeOf } from '../findings/lint/prove.ts'
import { computeMesh, type Mesh } from '../pipeline.ts'
import { statedVersion } from '../releases/stated.ts'
import { checkFields, flagOf, pairsOf, textOf, textsOf } from './fields.ts'
import type { MeshState } from './state.ts'
import type { LintSettings } from './types/mesh.ts'

const LINT = 'lint'

const SETTINGS = [
  'dnsCapture',
  'rules',
  'fromVersion',
  'knownHosts',
  'knownNamespaces',
  'strict',
  'fixes',
] as const satisfies readonly (keyof LintSettings)[]

/** One of several words. */
function wordOf<W extends string>(value: unknown, words: readonly W[], otherwise: W, name: keyof LintSettings): W {
  if (value === undefined) return otherwise
  const text = String(value)
  const known = words.find((word) => word === text)
  if (known !== undefined) return known
  const close = nearest(text, words)
  const hint = close === undefined ? `allowed are ${words.join(', ')}` : `did you mean ${close}?`
  throw new UserError(`${LINT}: ${name} ${quoted(text)} does not exist`, hint)
}

type Stated = { readonly capture: DnsCaptureMode; readonly effort: FixEffort; readonly run: Run }

/** Runs the rules on a mesh, with or without a fix. */
type Run = (mesh: Mesh, proxies: readonly LintProxy[]) => readonly LintFinding[]

function statedIn(settings: LintSettings, { documents, mesh: { snapshot }, namespace }: MeshState): Stated {
  checkFields(settings, SETTINGS, LINT)
  const levels = pairsOf(settings.rules, `${LINT}: rules`)
  const severities = levelsOfRules(levels.map(([rule, level]) => statedLevel(rule, level, `${LINT}: rule`)))
  const from = textOf(settings.fromVersion, `${LINT}: fromVersion`)
  const fromVersion = from === undefined ? undefined : statedVersion(from, `${LINT}: fromVersion`).version
  const known = {
    hosts: textsOf(settings.knownHosts, `${LINT}: knownHosts`),
    namespaces: textsOf(settings.knownNamespaces, `${LINT}: knownNamespaces`),
    strict: flagOf(settings.strict, `${LINT}: strict`) ?? false,
  }
  const { clusters, istio } = snapshot
  const secrets = istio.gateways.length > 0 ? secretsOf(documents, clusters[0].id, namespace || 'default') : undefined
  return {
    capture: wordOf(settings.dnsCapture, DNS_CAPTURE_MODES, 'mesh', 'dnsCapture'),
    effort: wordOf(settings.fixes, FIX_EFFORTS, 'auto', 'fixes'),
    run: ({ registry, scope }, proxies) =>
      lint({ registry, scope, fromVersion, known, secrets }, { proxies, severities }),
  }
}

/** @throws UserError for settings that are invalid */
export function lintReport(settings: LintSettings, state: MeshState): LintReport {
  const { capture, effort, run } = statedIn(settings, state)
  const { mesh, documents } = state
  const { snapshot, registry } = mesh
  const proxies = syntheticProxies(mesh.scope, capture)
  const all = run(mesh, proxies)
  const { kept } = filterIgnored(all, [], (file) => file)
  const basis = {
    before: all,
    relint: (changed: typeof snapshot) => {
      const other = computeMesh(changed)
      return run(other, syntheticProxies(other.scope, capture))
    },
  }
  const fixed = proveFixes(kept, snapshot, basis, computationsFor(effort, sizeOf(registry, kept))).findings
  const report = plainReport('', groupByCause(fixed).findings, {
    files: fileNames(documents),
    objects: countObjects(snapshot),
    notChecked: countNotChecked(snapshot),
    namespaces: namespacesOfProxies(proxies),
    proxies: proxiesText(proxies, { isNamed: false, bothCaptures: capture === 'both' }),
    release: snapshot.release,
  })
  const { istio, findings, summary, notChecked } = lintMessage(report)
  return { istio, findings: [...findings], summary, notChecked }
}
