/** A running server, from its first tables to its end. */
import { UserError, withThousands } from '../../index.ts'
import { loadedFrom } from '../../input/load.ts'
import type { ReadMesh } from '../../input/read.ts'
import { type Endpoint, endpointText } from '../../server/endpoint.ts'
import type { Metrics } from '../../server/metrics.ts'
import type { DnsService } from '../../server/service.ts'
import type { OutputStream } from '../io.ts'
import { Session } from '../session.ts'
import { onlyNew } from '../watch/run.ts'
import { Log } from './log.ts'
import { openService, socketError } from './open.ts'
import type { Plan } from './plan.ts'
import type { State } from './states.ts'
import type { Computed } from './tables.ts'

interface OpenMetrics {
  readonly metrics: Metrics
  close(): void
}

const listed = (endpoints: readonly Endpoint[]): readonly string[] => endpoints.map(endpointText)

/** @throws UserError if the address cannot be used */
async function openMetrics(endpoint: Endpoint, service: DnsService): Promise<OpenMetrics> {
  const { Metrics, serveMetrics } = await import('../../server/metrics.ts')
  const metrics = new Metrics(() => service.counts())
  try {
    const server = await serveMetrics(endpoint, metrics)
    return {
      metrics,
      close() {
        server.close()
        server.closeAllConnections()
      },
    }
  } catch (error) {
    throw socketError(error, [endpoint], '--metrics')
  }
}

const namesText = (count: number): string => `${withThousands(count)} ${count === 1 ? 'name' : 'names'}`

export class Serving {
  readonly #plan: Plan
  readonly #session: Session
  readonly #log: Log
  /** Is called when the server cannot go on. */
  readonly #fail: (error: Error) => void
  /** Prints problems of the input only once. */
  readonly #stderr: OutputStream
  /** Counts the states that were used; a state that is kept out has no number. */
  #generation = 0
  #service: DnsService | undefined
  #open: OpenMetrics | undefined

  constructor(plan: Plan, session: Session, isJson: boolean, fail: (error: Error) => void) {
    this.#plan = plan
    this.#session = session
    this.#log = new Log(session, isJson)
    this.#fail = fail
    this.#stderr = onlyNew(session.io.stderr)
  }

  async #compute(mesh: ReadMesh, session: Session): Promise<Computed> {
    const { request, requirements, tables } = this.#plan
    return tables.compute(await loadedFrom(mesh, request, session, requirements), session)
  }

  /**
   * Answers from a state of the input, unless a later one has errors.
   * @throws UserError if the server cannot start
   */
  async use(state: State): Promise<void> {
    if (this.#service) await this.#change(this.#service, state)
    else if ('mesh' in state) await this.#start(state.mesh)
  }

  async #start(mesh: ReadMesh): Promise<void> {
    const { service: options, workers, metrics } = this.#plan
    const computed = await this.#compute(mesh, this.#session)
    this.#log.remember(this.#generation, computed)
    const service = await openService(workers, computed.tables, options, {
      queries: (entries, lost) => this.#log.queries(entries, lost),
      failed: this.#fail,
    })
    this.#service = service
    if (metrics) this.#open = await openMetrics(metrics, service)
    this.#open?.metrics.used(computed.names)
    const addresses = listed(service.endpoints)
    const upstreams = listed(options.forwarding.upstreams)
    const { names, proxies } = computed
    this.#log.event({ event: 'listening', addresses, upstreams, proxies, names })
    const others = upstreams.length > 0 ? `others go to ${upstreams.join(', ')}` : 'others get SERVFAIL'
    await this.#session.note(
      `listening on ${addresses.join(', ')} (UDP and TCP) with ${namesText(names)}; ${others}`,
      `the proxy is a ${proxies.join('; then ')}`,
    )
  }

  async #change(service: DnsService, state: State): Promise<void> {
    const { io, options, program } = this.#session
    const own = await Session.open({ ...io, stderr: this.#stderr }, options, program)
    const computed = await this.#computeLater(state, own)
    if (!computed) {
      this.#open?.metrics.reloaded('kept')
      this.#log.event({ event: 'kept' })
      await this.#session.warn('the answers stay as they were, because the input has errors')
      return
    }
    this.#log.remember(++this.#generation, computed)
    await service.update(computed.tables, this.#generation)
    this.#open?.metrics.reloaded('used')
    this.#open?.metrics.used(computed.names)
    this.#log.event({ event: 'reloaded', names: computed.names })
    await this.#session.note(`answering ${namesText(computed.names)} from now on`)
  }

  /** @returns undefined if the state has errors, which are reported */
  async #computeLater(state: State, own: Session): Promise<Computed | undefined> {
    try {
      if ('error' in state) throw state.error
      const computed = await this.#compute(state.mesh, own)
      return own.failed ? undefined : computed
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      await own.error(error.message, error.hint)
      return undefined
    }
  }

  /** Answers what was received, and closes everything. */
  async end(): Promise<void> {
    this.#open?.close()
    await this.#service?.drain()
    if (this.#service) this.#log.event({ event: 'stopped' })
    await this.#log.flushed()
  }
}
