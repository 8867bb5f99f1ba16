/** Yields a mesh, and again after each change. What happens to it is up to the caller. */
import { once } from '../common/once.ts'
import { Burst } from './burst.ts'
import { type FollowedFiles, followFiles } from './files/follow-files.ts'
import { type FollowEvents, Follower } from './live/follow.ts'
import type { CertificateFollower } from './live/gateway-api/follow.ts'
import type { LiveMesh, LiveRequirements } from './live/mesh.ts'
import { openCluster, type ReadMesh, withFiles } from './read.ts'
import { CurrentRequest } from './renew.ts'
import type { Reporter } from './reporter.ts'
import { type ClusterRequest, type InputRequest, pathsOf } from './request.ts'

function eventsOf(burst: Burst, reporter: Reporter): FollowEvents {
  return {
    changed: () => burst.add(),
    lost: (error) => void reporter.warn(`${error.message}; trying again`, error.hint),
    unwatchable: ({ message }) =>
      void reporter.warn(
        `${message}; what cannot be watched is read again twice a minute`,
        '`vipctl rbac --watch` prints the role that is needed',
      ),
    back: ({ context }) => void reporter.note(`context ${context} answers again`),
  }
}

/**
 * @param now the current mesh
 * @param following runs until the controller aborts, and adds changes to the burst
 */
async function* afterBursts(
  now: () => ReadMesh | Promise<ReadMesh>,
  burst: Burst,
  following: Promise<void>,
  controller: AbortController,
): AsyncIterable<ReadMesh> {
  const { signal } = controller
  signal.addEventListener('abort', () => burst.end())
  let failure: unknown
  const ended = following.catch((error: unknown) => {
    failure = error
    controller.abort()
  })
  try {
    while (!signal.aborted) {
      yield await now()
      await burst.over()
    }
  } finally {
    controller.abort()
    await ended
  }
  if (failure !== undefined) throw failure
}

/** undefined if the answers do not depend on certificates. */
async function followCertificates(
  { clusters: [config], certificates, documents }: LiveMesh,
  request: InputRequest,
  requirements: LiveRequirements,
): Promise<CertificateFollower | undefined> {
  const { needsCertificates } = await import('./live/gateway-api/certificates.ts')
  if (!config || !needsCertificates(requirements)) return undefined
  const [gatewayApi, { istiodOf }] = await Promise.all([
    import('./live/gateway-api/follow.ts'),
    import('./live/mesh.ts'),
  ])
  return new gatewayApi.CertificateFollower(config.cluster, istiodOf(request), certificates, documents)
}

async function* followCluster(
  request: InputRequest,
  cluster: ClusterRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
  controller: AbortController,
): AsyncIterable<ReadMesh> {
  const live = await openCluster(request, cluster, requirements, reporter)
  try {
    const first = await withFiles(live, request, reporter)
    const files = first.documents.slice(live.documents.length + live.certificates.documents.length)
    const burst = new Burst()
    const follower = new Follower(live.clusters, live.documents, eventsOf(burst, reporter), controller.signal)
    const certificates = await followCertificates(live, request, requirements)
    certificates?.start(
      () => follower.documents(),
      () => burst.add(),
      controller.signal,
    )
    const now = async (): Promise<ReadMesh> => {
      const documents = follower.documents()
      const own = (await certificates?.of(documents)) ?? live.certificates
      return { ...first, documents: [...documents, ...own.documents, ...files], certificates: own.answered }
    }
    yield* afterBursts(now, burst, follower.run(), controller)
  } finally {
    live.close()
  }
}

async function* followPaths(
  given: InputRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
  controller: AbortController,
): AsyncIterable<ReadMesh> {
  // Standard input can be read only once.
  const current = new CurrentRequest({ ...given, stdin: once(given.stdin) })
  const burst = new Burst()
  const files = (): FollowedFiles => ({ ...current.request, paths: pathsOf(current.request) })
  const following = followFiles(files, () => burst.add(), controller.signal)
  yield* afterBursts(() => current.read(requirements, reporter), burst, following, controller)
}

/**
 * Follows the files or clusters of a request. With files, the configuration is read again after it has changed; with a
 * cluster, files are read only once.
 * @param reporter is told when clusters stop and resume answering; problems of the mesh are in the yielded values
 * @param stop ends it
 * @returns the current mesh, then the mesh after each burst of changes, at the caller's pace
 * @throws UserError when there is no cluster, LiveError when the first read fails
 */
export async function* follow(
  request: InputRequest,
  requirements: LiveRequirements,
  reporter: Reporter,
  stop: AbortSignal,
): AsyncIterable<ReadMesh> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  stop.addEventListener('abort', abort)
  if (stop.aborted) abort()
  const { mesh } = request
  try {
    if (mesh.kind === 'files') yield* followPaths(request, requirements, reporter, controller)
    else yield* followCluster(request, mesh.cluster, requirements, reporter, controller)
  } finally {
    stop.removeEventListener('abort', abort)
    controller.abort()
  }
}
