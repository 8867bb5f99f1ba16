/** What the command line asks for, checked. */
import { availableParallelism } from 'node:os'
import { once } from '../../common/once.ts'
import { Memory } from '../../index.ts'
import type { LiveRequirements } from '../../input/live/mesh.ts'
import type { InputRequest } from '../../input/request.ts'
import type { Endpoint } from '../../server/endpoint.ts'
import type { ServiceOptions } from '../../server/service.ts'
import { inputRequest } from '../request.ts'
import type { Session } from '../session.ts'
import { listenOf, metricsOf } from './endpoints.ts'
import type { ServeOptions } from './options.ts'
import { servedProxies } from './proxies.ts'
import { Tables } from './tables.ts'
import { upstreamsOf } from './upstreams.ts'

/** A second process helps a machine under load; a third one would not have a processor of its own on a small machine. */
const MOST_WORKERS = 2

export interface Plan {
  readonly request: InputRequest
  readonly requirements: LiveRequirements
  readonly tables: Tables
  readonly service: ServiceOptions
  readonly metrics: Endpoint | undefined
  /** Processes that answer; 0 for this one. */
  readonly workers: number
  readonly watch: boolean
}

/** @throws UserError for options that are invalid or exclude each other */
export async function planOf(options: ServeOptions, session: Session): Promise<Plan> {
  const {
    node,
    meta,
    log = false,
    workers = Math.min(MOST_WORKERS, availableParallelism()),
    watch = false,
    proxy: _,
    ...others
  } = options
  const listen = listenOf(options)
  const metrics = metricsOf(options)
  const proxies = servedProxies(options)
  const upstreams = await upstreamsOf(options, listen, session)
  const given = await inputRequest(others, session, [node])
  const request = { ...given, stdin: once(given.stdin), memory: new Memory() }
  return {
    request,
    requirements: { reads: 'names', proxy: proxies.names[0] },
    tables: new Tables(proxies, request, { node, metadata: new Map(meta), search: [] }),
    service: {
      listen,
      forwarding: { upstreams, timeout: options.upstreamTimeout, isParallel: options.upstreamParallel ?? false },
      recording: { log, metrics: metrics !== undefined },
    },
    metrics,
    workers,
    watch,
  }
}
