/** The thread that reads, follows and computes a mesh, and answers what the terminal wants to show. */
import { proxyText } from '../../answers/proxy-line.ts'
import { releaseText } from '../../answers/release.ts'
import { UserError } from '../../common/errors.ts'
import { Memory } from '../../common/memory.ts'
import { once } from '../../common/once.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import { clean } from '../../formats/clean.ts'
import { follow } from '../../input/follow.ts'
import { type Loaded, loadedFrom } from '../../input/load.ts'
import { type LoadedView, nodeChooser, viewOfLoaded } from '../../input/proxy.ts'
import type { ReadMesh } from '../../input/read.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { Form, Order, Page, ProxyWish, Report, ViewId } from '../protocol.ts'
import type { Answers } from './answers.ts'
import { dig, trace } from './asked.ts'
import { cleaned, dataPage, detailPage, placeOf } from './page.ts'
import { Collector } from './reporter.ts'
import { indexOfKey, nextTurn, Sender } from './sender.ts'
import type { OpenView, State } from './view.ts'
import { openView } from './views/list.ts'

/** What the engine works with. */
export interface EngineOptions {
  readonly request: ViewRequest
  readonly answers: Answers
  readonly verbose: boolean
  /** Called with the number of bytes that were read. */
  readonly onSize: (bytes: number) => void
  readonly send: (report: Report) => void
}

const clock = (): string => new Date().toTimeString().slice(0, 8)

export class Engine {
  readonly #options: EngineOptions
  readonly #collector: Collector
  readonly #sender: Sender
  readonly #stop = new AbortController()
  #request: ViewRequest
  #loaded: Loaded | undefined
  #state: State | undefined
  #opened = new Map<ViewId, Promise<OpenView>>()
  #wanted: ViewId | undefined
  #generation = 0
  #taken: () => void = () => undefined
  /** One mesh or list at a time. */
  #work: Promise<void> = Promise.resolve()

  constructor(options: EngineOptions) {
    this.#options = options
    this.#request = options.request
    const phase = (text: string): void => this.#phase(text)
    this.#collector = new Collector(options.verbose, phase, options.onSize)
    this.#sender = new Sender(
      options.send,
      () =>
        new Promise((resolve) => {
          this.#taken = resolve
        }),
    )
  }

  #phase(text: string | undefined): void {
    this.#options.send({ kind: 'phase', text: text === undefined ? undefined : clean(text) })
  }

  /** Follows the mesh until it is stopped; an error before the first mesh ends it. */
  async run(): Promise<void> {
    const { input, proxy } = this.#request
    const request = { ...input, memory: new Memory() }
    this.#request = { ...this.#request, input: request }
    this.#phase('reading')
    try {
      const requirements = { reads: 'everything', proxy: proxy.proxy } as const
      for await (const mesh of follow(request, requirements, this.#collector, this.#stop.signal)) {
        await this.#queued(() => this.#take(mesh))
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const { message, hint } = error instanceof UserError ? error : { message: String(error), hint: undefined }
      this.#options.send({ kind: 'fatal', message, hint })
    }
  }

  stop(): void {
    this.#stop.abort()
    this.#taken()
  }

  #queued(job: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(job, job)
    return this.#work
  }

  #sendMessages(kept: boolean): void {
    this.#options.send({ kind: 'messages', messages: this.#collector.messages, kept })
  }

  /** Computes a mesh that was read; one with an error leaves the last one in place. */
  async #take(mesh: ReadMesh): Promise<void> {
    this.#collector.clear()
    await this.#collector.report(mesh.problems)
    if (this.#state && mesh.problems.some(({ severity }) => severity === 'error')) {
      this.#sendMessages(true)
      this.#phase(undefined)
      return
    }
    this.#phase(`typing ${mesh.documents.length} documents`)
    await this.#compute(async () => {
      const { input } = this.#request
      this.#loaded = await loadedFrom(mesh, input, this.#collector, { reads: 'everything' })
    })
  }

  /** Computes the state again, and sends the list that is looked at. */
  async #compute(load: () => Promise<void>): Promise<void> {
    try {
      await load()
      if (!this.#loaded) return
      this.#phase('computing the mesh')
      await this.#use(this.#loaded)
      this.#sendMessages(false)
    } catch (error) {
      if (!(error instanceof UserError) || !this.#state) throw error
      const { hint } = error
      await this.#collector.report([{ severity: 'error', message: error.message, ...(hint && { hint }) }])
      this.#sendMessages(true)
    }
    this.#phase(undefined)
    this.#show()
  }

  async #use(loaded: Loaded): Promise<void> {
    const request = this.#request
    const chooser = await nodeChooser(
      request.proxy,
      request.input,
      request.input.namespace || loaded.namespace,
      this.#collector,
    )
    const input: LoadedView = await viewOfLoaded(loaded, chooser, request, this.#collector)
    this.#state = {
      loaded,
      input,
      resources: once(() => {
        this.#phase('computing what Envoy receives')
        return buildEnvoyResources(input.view)
      }),
      answers: this.#options.answers,
    }
    this.#opened = new Map()
    this.#generation++
    const release = releaseText(input.mesh.snapshot.release)
    this.#options.send({
      kind: 'head',
      head: { release: clean(release), proxy: clean(proxyText(input.view)), time: clock() },
    })
  }

  #open(view: ViewId): Promise<OpenView> | undefined {
    const state = this.#state
    if (!state) return undefined
    const known = this.#opened.get(view)
    if (known) return known
    const opened = openView(view, state)
    this.#opened.set(view, opened)
    return opened
  }

  /** Sends the list that is looked at, once the work before it is done. */
  #show(): void {
    const view = this.#wanted
    if (view === undefined || !this.#state) return
    void this.#queued(async () => {
      const generation = this.#generation
      const isWanted = (): boolean =>
        this.#wanted === view && this.#generation === generation && !this.#stop.signal.aborted
      if (!isWanted()) return
      this.#phase(`computing ${view}`)
      // The phase is shown before a long computation begins.
      await nextTurn()
      const open = await this.#open(view)
      this.#phase(undefined)
      if (open) await this.#sender.send(view, open, isWanted)
    }).catch((error: unknown) => this.#failed(error))
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.#phase(undefined)
    this.#options.send({
      kind: 'messages',
      messages: [{ severity: 'error', place: '', text: clean(message) }],
      kept: true,
    })
  }

  async #choose({ proxy, namespace }: ProxyWish): Promise<void> {
    const before = this.#request
    const input = namespace === undefined ? before.input : { ...before.input, namespace }
    this.#request = { input, proxy: { ...before.proxy, node: undefined, proxy } }
    const generation = this.#generation
    await this.#queued(() => this.#compute(async () => undefined))
    // A proxy that cannot be chosen leaves the last one in place.
    if (this.#generation === generation) this.#request = before
  }

  async #page(order: Extract<Order, { kind: 'open' }>): Promise<Page> {
    const { view, key, form, width } = order
    const open = await this.#open(view)
    const index = open && indexOfKey(open, key)
    if (!open || index === undefined) throw new UserError('it is gone')
    if (form === 'detail') return detailPage(open, index, width)
    const thing = open.thing(index)
    if (form === 'json' || form === 'yaml') return dataPage(thing, form)
    if (form === 'place') return { title: thing.name, lines: [], links: [], place: placeOf(thing) }
    const text = form === 'dig' ? thing.host : thing.target
    if (text === undefined)
      throw new UserError(form === 'dig' ? 'it has no name to look up' : 'it has no host and port')
    return this.#asked(form, text, width)
  }

  #asked(form: 'trace' | 'dig', text: string, width: number): Page {
    const { input } = this.#state ?? {}
    if (!input) throw new UserError('there is no mesh yet')
    const lines = form === 'dig' ? dig(input, text) : trace(input, text, width)
    return { title: `${form} ${clean(text)}`, lines: cleaned(lines), links: [] }
  }

  async #answer(request: number, form: Form, page: () => Promise<Page> | Page): Promise<void> {
    const { send } = this.#options
    try {
      send({ kind: 'page', request, form, page: await page() })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      const hint = error instanceof UserError && error.hint ? ` (${error.hint})` : ''
      send({ kind: 'refused', request, text: clean(text + hint) })
    }
    this.#phase(undefined)
  }

  obey(order: Order): void {
    switch (order.kind) {
      case 'show':
        this.#wanted = order.view
        this.#show()
        break
      case 'taken':
        this.#taken()
        break
      case 'open':
        void this.#answer(order.request, order.form, () => this.#page(order))
        break
      case 'ask':
        void this.#answer(order.request, order.form, () => this.#asked(order.form, order.text, order.width))
        break
      case 'choose':
        void this.#choose(order.wish).catch((error: unknown) => this.#failed(error))
    }
  }
}
