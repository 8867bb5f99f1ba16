/** Converts command line options to a request. Options are interpreted only here. */
import { resolve } from 'node:path'
import { UserError } from '../common/errors.ts'
import { DEFAULT_CLUSTER_ID, type Join, type SourceProblem, settingProblem, statedAssumptions } from '../index.ts'
import { stateOfFile } from '../input/files/names.ts'
import {
  type ClusterRequest,
  type ExcludePattern,
  type ExcludeRequest,
  type InputRequest,
  type IstiodRequest,
  type MeshRequest,
  type ProxyRequest,
  pathsOf,
  type RemoteRequest,
  STDIN,
  type UsedConfiguration,
  type ViewRequest,
} from '../input/request.ts'
import { statedBy } from '../input/stated.ts'
import { withEnvironment } from './config-options.ts'
import type { InputOptions, ProxyOptions } from './input-options.ts'
import { checkOverlay } from './overlay-options.ts'
import { releaseRequest } from './release.ts'
import { renderRequest } from './renders.ts'
import { heardSession, type Session } from './session.ts'
import type { Pair } from './values.ts'

/** Options that only some commands pass. */
export interface ViewRequestOptions {
  /** The resolver's search domains, which override the proxy's. */
  readonly search?: readonly string[] | undefined
  /** Another path that may be standard input. */
  readonly path?: string | undefined
}

function remotesOf({ clusterId = DEFAULT_CLUSTER_ID, remote = [], statedAt }: InputOptions): readonly RemoteRequest[] {
  const ids = new Set<string>()
  for (const [id] of remote) {
    if (id === clusterId) {
      throw new UserError(
        `${statedBy('--remote', `--remote ${id}`, statedAt)} ${id}: this is the local cluster's ID`,
        `name the local cluster with --cluster-id, or give the remote one another ID`,
      )
    }
    if (ids.has(id)) throw new UserError(`--remote ${id} is given twice`, 'each remote cluster needs its own ID')
    ids.add(id)
  }
  return remote.map(([id, path]) => ({ id, path }))
}

function istiodEnvOf({ istiodEnv = [], statedAt }: InputOptions): ReadonlyMap<string, string> {
  for (const [name, value] of istiodEnv) {
    const problem = settingProblem(name, value)
    if (!problem) continue
    const by = statedBy('--istiod-env', `--istiod-env ${name}`, statedAt)
    throw new UserError(`${by} ${name}: ${JSON.stringify(value)} is ${problem}`)
  }
  return new Map(istiodEnv)
}

async function istiodOf(options: InputOptions, session: Session): Promise<IstiodRequest> {
  const { istioNamespace, revision, meshConfig } = options
  return {
    istioNamespace,
    revision,
    istiodEnv: istiodEnvOf(options),
    ...(await releaseRequest(options, session)),
    meshConfig,
  }
}

/**
 * The live cluster in the options.
 * @throws UserError for options that exclude each other
 */
export function clusterRequest(options: InputOptions): ClusterRequest {
  const { kubeconfig, context = [], remoteSecrets = false, as, asGroup = [], requestTimeout = 0 } = options
  if (asGroup.length > 0 && as === undefined) {
    throw new UserError('--as-group needs --as: groups alone cannot be impersonated')
  }
  if (remoteSecrets && context.length > 1) {
    throw new UserError('--remote-secrets and several --context exclude each other', 'both determine the clusters')
  }
  return { kubeconfig, contexts: context, remoteSecrets, as, asGroups: asGroup, requestTimeout }
}

/**
 * Files alone are the mesh; with a base they are merged over it.
 * @param isRendered whether a configuration states that programs make the mesh, with or without files
 */
function meshOf(options: InputOptions, isRendered: boolean): Pick<InputRequest, 'mesh' | 'over'> {
  checkOverlay(options)
  const { filename, base, useKube = false } = options
  const files = [...new Set(filename)]
  if (base !== undefined) return { mesh: { kind: 'files', paths: [...new Set(base)] }, over: files }
  if ((files.length > 0 || isRendered) && !useKube) return { mesh: { kind: 'files', paths: files }, over: [] }
  return { mesh: { kind: 'cluster', cluster: clusterRequest(options) }, over: files }
}

/** Warns because options for a cluster have no effect when only files are read. */
async function warnOfClusterOptions(mesh: MeshRequest, options: InputOptions, session: Session): Promise<void> {
  const given = [
    options.kubeconfig !== undefined && '--kubeconfig',
    options.context !== undefined && '--context',
    options.remoteSecrets && '--remote-secrets',
  ].filter((flag) => typeof flag === 'string')
  if (mesh.kind === 'cluster' || given.length === 0) return
  await session.warn(
    `${given.join(', ')}: no cluster is read, because there are files`,
    '-k treats the files as applied to it',
  )
}

/** @throws UserError when standard input is named more than once, because it can be read only once */
function checkStdin(request: InputRequest, others: readonly (string | undefined)[]): void {
  const paths = [...pathsOf(request), ...others]
  if (paths.filter((path) => path === STDIN).length > 1) {
    throw new UserError('- means standard input, which can be read only once')
  }
}

/** Patterns of the command line come last, so they override those of the configuration. */
function excludeOf(
  { exclude = [], excludedByConfig = [], gitignore = true }: InputOptions,
  cwd: string,
): ExcludeRequest {
  const own = exclude.map((pattern): ExcludePattern => ({ pattern, folder: cwd, source: '--exclude' }))
  return { patterns: [...excludedByConfig, ...own], gitignore }
}

const joinOf = ([target, ip]: Pair): Join => {
  const [namespace = '', group = ''] = target.split('/')
  return { namespace, group, ip }
}

/** The configuration that the options or the version come from, and how it is read again. */
function configurationOf(
  { configured }: InputOptions,
  { fileVersion }: IstiodRequest,
  session: Session,
  make: (session: Session) => Promise<InputRequest>,
): UsedConfiguration | undefined {
  const { cwd } = session.io
  const file = configured?.path ?? fileVersion?.file
  if (file === undefined) return undefined
  const path = resolve(cwd, file)
  return {
    path,
    state: stateOfFile(path),
    async again() {
      const problems: SourceProblem[] = []
      const own = await heardSession(session, cwd, (problem) => problems.push(problem))
      try {
        return { request: await make(own), problems }
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        const { message, hint } = error
        return { request: undefined, problems: [...problems, { severity: 'error', message, ...(hint && { hint }) }] }
      }
    },
  }
}

/**
 * What to read, from the options.
 * @param others further paths on the command line that may be standard input
 * @throws UserError for options that are invalid or exclude each other
 */
export async function inputRequest(
  given: InputOptions,
  session: Session,
  others: readonly (string | undefined)[] = [],
): Promise<InputRequest> {
  const { cwd, env, stdin } = session.io
  const options = await withEnvironment(given, session)
  const remotes = remotesOf(options)
  const istiod = await istiodOf(options, session)
  const renders = await renderRequest(options, session)
  const { mesh, over } = meshOf(options, options.configuredRenders !== undefined)
  const { recursive = false, clusterId, namespace, statedAt } = options
  const assume = options.assume === undefined ? undefined : statedAssumptions(options.assume, '--assume')
  const joins = (options.join ?? []).map(joinOf)
  const exclude = excludeOf(options, resolve(cwd))
  const parts = { mesh, over, renders, recursive, exclude, remotes, clusterId, namespace, istiod, joins, assume }
  const configuration = configurationOf(options, istiod, session, (own) => inputRequest(given, own, others))
  const request = { cwd, env, stdin, ...parts, statedAt, configuration }
  checkStdin(request, others)
  await warnOfClusterOptions(mesh, options, session)
  return request
}

/** The proxy in the options. */
export function proxyRequest({ proxy, node, meta }: ProxyOptions, search: readonly string[] = []): ProxyRequest {
  return { proxy, node, metadata: new Map(meta), search }
}

/** @throws UserError when the options name two proxies */
export function checkProxyOptions({ node, proxy }: ProxyOptions): void {
  if (node !== undefined && proxy !== undefined) {
    throw new UserError('--proxy and --node exclude each other', '--meta KEY=VALUE changes metadata of either')
  }
}

/**
 * What to read and for which proxy, from the options.
 * @throws UserError for options that are invalid or exclude each other
 */
export async function viewRequest(
  options: ProxyOptions,
  session: Session,
  { search, path }: ViewRequestOptions = {},
): Promise<ViewRequest> {
  checkProxyOptions(options)
  const input = await inputRequest(options, session, [options.node, path])
  return { input, proxy: proxyRequest(options, search) }
}
