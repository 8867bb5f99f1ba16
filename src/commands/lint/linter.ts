/** From the options to the findings of a mesh. */
import { countObjects, namespacesOfProxies } from '../../answers/lint/scope.ts'
import {
  computeMesh,
  type LintFinding,
  type LintProxy,
  lint,
  type Mesh,
  type MeshFacts,
  notModelledClusters,
  type ProofBasis,
  ProxyError,
  type Secrets,
  type Snapshot,
  secretsOf,
} from '../../index.ts'
import { reportUnstatedCapture } from '../../input/capture.ts'
import { type Loaded, load } from '../../input/load.ts'
import { type NodeChooser, nodeChooser, warnOfExhaustion } from '../../input/proxy.ts'
import type { InputRequest, ViewRequest } from '../../input/request.ts'
import { sidecarsOf, underOwnIstiod, warnOfOtherIstiods } from '../../input/revision.ts'
import type { Progress } from '../progress.ts'
import { istioVersion } from '../release.ts'
import type { Session } from '../session.ts'
import type { LintConfig } from './config/load.ts'
import { checkFound } from './input.ts'
import type { LintCommandOptions } from './options.ts'
import { type ProxyChooser, proxyChooser } from './proxies.ts'

/** A mesh and its findings. */
export interface Linted {
  readonly input: Loaded
  readonly mesh: Mesh
  readonly proxies: readonly LintProxy[]
  readonly findings: readonly LintFinding[]
  /** Findings without the files over the mesh; undefined without such files, or if not needed. */
  readonly before: readonly LintFinding[] | undefined
  readonly basis: ProofBasis
}

/** The Secrets that servers of Gateways may need. */
function secretsFor({ documents, snapshot, namespace }: Loaded): Secrets | undefined {
  const { clusters, istio } = snapshot
  return istio.gateways.length > 0 ? secretsOf(documents, clusters[0].id, namespace) : undefined
}

/** Runs the rules on a mesh of one input, with or without its files over it or a fix. */
type RunRules = (mesh: Mesh, proxies: readonly LintProxy[]) => readonly LintFinding[]

/** The rules with the options, and with what they need to know of an input besides its mesh. */
export function rulesFor(
  { options, severities }: LintConfig<LintCommandOptions>,
  { mesh }: InputRequest,
  input: Loaded,
): RunRules {
  const { knownHosts: hosts = [], knownNamespaces: namespaces = [], strict = false } = options
  const complete = mesh.kind === 'cluster' && input.gaps.length === 0
  const facts: Omit<MeshFacts, 'registry' | 'scope'> = {
    fromVersion: istioVersion(options.fromVersion, '--from-version'),
    known: { hosts, namespaces, strict, complete },
    secrets: secretsFor(input),
  }
  return ({ registry, scope }, proxies) => lint({ ...facts, registry, scope }, { proxies, severities })
}

/** @param like the mesh before a change */
function relinted(snapshot: Snapshot, choose: ProxyChooser, runRules: RunRules, like?: Mesh): readonly LintFinding[] {
  const mesh = computeMesh(snapshot, undefined, like)
  return runRules(mesh, choose(mesh))
}

/** A workload that only the files have is treated as if it had existed before. */
function lintedBefore(
  snapshot: Snapshot,
  choose: ProxyChooser,
  now: readonly LintProxy[],
  runRules: RunRules,
): readonly LintFinding[] {
  try {
    return relinted(snapshot, choose, runRules)
  } catch (error) {
    if (error instanceof ProxyError) return runRules(computeMesh(snapshot), now)
    throw error
  }
}

/** Reads inputs and lints them, with the same options each time. */
export class Linter {
  readonly #config: LintConfig<LintCommandOptions>
  readonly #progress: Progress

  constructor(config: LintConfig<LintCommandOptions>, progress: Progress) {
    this.#config = config
    this.#progress = progress
  }

  /**
   * Reads the input and lints it.
   * @param comparing whether to also lint the mesh without the files over it, if there are any
   */
  async run(request: ViewRequest, session: Session, comparing: boolean): Promise<Linted> {
    const progress = this.#progress
    await progress.show('reading manifests')
    const requirements = {
      reads: 'everything',
      proxy: request.proxy.proxy,
      objectProblems: false,
      before: comparing,
    } as const
    const loaded = await load(request.input, session, requirements)
    const choice = await this.#choice(request, loaded, session)
    const input = choice ? await underOwnIstiod(loaded, choice, request.input, session) : loaded
    checkFound(input.documents.length, this.#config)
    await progress.show(`computing the mesh of ${countObjects(input.snapshot)} objects`)
    const mesh = computeMesh(input.snapshot)
    await progress.clear()
    await session.report(notModelledClusters(mesh.registry))
    await warnOfExhaustion(mesh.registry, session)
    const { dnsCapture = 'mesh' } = this.#config.options
    const choose = await proxyChooser(request.proxy.metadata, choice, mesh, dnsCapture, session)
    const proxies = choose(mesh)
    if (!choice) await this.#reportIstiods(input, proxies, request, session)
    if (dnsCapture === 'mesh' && proxies.length > 0) {
      await reportUnstatedCapture(request.proxy, input.snapshot, '--dns-capture true', session)
    }
    await progress.show('checking what proxies see')
    const runRules = rulesFor(this.#config, request.input, input)
    const findings = runRules(mesh, proxies)
    if (input.before) await progress.show('checking what proxies see without the files')
    const before = input.before && lintedBefore(input.before, choose, proxies, runRules)
    await progress.clear()
    const relint = (changed: Snapshot) => relinted(changed, choose, runRules, mesh)
    return { input, mesh, proxies, findings, before, basis: { before: findings, relint } }
  }

  /** How the request selects its proxy; undefined for one in every namespace. */
  async #choice(
    { input, proxy }: ViewRequest,
    { namespace }: Loaded,
    session: Session,
  ): Promise<NodeChooser | undefined> {
    const isNamed = proxy.proxy !== undefined || proxy.node !== undefined
    return isNamed ? nodeChooser(proxy, input, namespace, session) : undefined
  }

  async #reportIstiods(
    input: Loaded,
    proxies: readonly LintProxy[],
    request: ViewRequest,
    session: Session,
  ): Promise<void> {
    const sidecars = () => namespacesOfProxies(proxies).map((namespace) => sidecarsOf(namespace, input.snapshot))
    await warnOfOtherIstiods('sidecars in namespace ', sidecars, input, request.input, session)
  }
}
