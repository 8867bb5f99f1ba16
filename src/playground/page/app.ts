/** Joins the parts of the page: what is typed goes to the worker, and its answers to the panels. */
import type { LintAnswer, MeshAnswer, PageFix, PageRow } from '../messages.ts'
import { DnsPanel, TracePanel } from './ask.ts'
import { Client, failureText } from './client.ts'
import { arrowKeys, byId, el, later } from './dom.ts'
import type { Mark } from './editor.ts'
import { Files } from './files.ts'
import { FindingsList, findingCount } from './findings.ts'
import { Grid } from './grid.ts'
import { dropFragment, keep } from './kept.ts'
import { columnsOf, linesElement } from './lines.ts'
import { PANELS, type PageState, type PanelName } from './link.ts'
import { SettingsBar } from './settings.ts'

/** After the last key, before anything is computed. */
const TYPING = 40
/** After the last answer, before fixes are looked for. */
const IDLE = 500

export class App {
  readonly #client = new Client()
  /** Looks for fixes, which takes longer than everything else, so that typing does not wait for it. */
  #fixer: Client | undefined
  readonly #files: Files
  readonly #settings: SettingsBar
  readonly #grids: Readonly<Record<'names' | 'listeners', Grid>>
  readonly #dns: DnsPanel
  readonly #trace: TracePanel
  readonly #findings: FindingsList
  #panel: PanelName = 'names'
  #version = 0
  #running = false
  #mesh: MeshAnswer | undefined
  #lint: LintAnswer | undefined
  #fixes: readonly PageFix[] = []
  /** The state that the address has. */
  #linked: string | undefined
  readonly #update = later(TYPING, () => void this.#compute())
  readonly #lookForFixes = later(IDLE, () => void this.#findFixes())

  constructor(versions: readonly string[]) {
    const goTo = this.#goTo
    const files = (): readonly string[] => this.#files.names
    const typed = (): void => this.#keep()
    this.#files = new Files(() => this.#changed())
    this.#settings = new SettingsBar(versions, () => this.#changed())
    this.#grids = { names: this.#grid('names', 'Names'), listeners: this.#grid('listeners', 'Listeners') }
    this.#dns = new DnsPanel({
      goTo,
      files,
      typed,
      dig: (question, width) => this.#client.call('dig', { question, width }),
    })
    this.#trace = new TracePanel({
      goTo,
      files,
      typed,
      trace: (target, headers, width) => this.#client.call('trace', { target, headers, width }),
    })
    this.#findings = new FindingsList({ goTo, fix: (fix) => void this.#apply(fix) })
    byId('panel-names').append(this.#grids.names.element)
    byId('panel-dns').append(this.#dns.element)
    byId('panel-listeners').append(this.#grids.listeners.element)
    byId('panel-findings').append(this.#findings.element)
    byId('panel-trace').append(this.#trace.element)
    for (const name of PANELS) byId(`tab-${name}`).addEventListener('click', () => this.show(name))
    arrowKeys(byId('panels'))
    byId('capture-on').addEventListener('click', () => {
      this.#settings.captureDns()
      this.#changed()
    })
  }

  get state(): PageState {
    return {
      files: this.#files.all,
      settings: this.#settings.value,
      panel: this.#panel,
      dns: this.#dns.input.value,
      trace: this.#trace.target.value,
      headers: this.#trace.headers.value,
    }
  }

  set state({ files, settings, panel, dns, trace, headers }: PageState) {
    this.#settings.value = settings
    this.#dns.input.value = dns
    this.#trace.target.value = trace
    this.#trace.headers.value = headers
    this.#files.set(files)
    this.show(panel)
  }

  readonly #goTo = (file: string, line: number): void => {
    document.body.dataset.view = 'manifests'
    this.#files.goTo(file, line)
  }

  /** The state came from the address of the page, or went there. */
  linked(): void {
    this.#linked = JSON.stringify(this.state)
  }

  addFiles(files: PageState['files']): void {
    this.#files.add(files)
  }

  say(text: string, isError = false): void {
    const status = byId('status')
    status.textContent = text
    status.classList.toggle('error', isError)
  }

  show(panel: PanelName): void {
    this.#panel = panel
    for (const name of PANELS) {
      const isShown = name === panel
      byId(`panel-${name}`).hidden = !isShown
      byId(`tab-${name}`).setAttribute('aria-selected', String(isShown))
      byId(`tab-${name}`).tabIndex = isShown ? 0 : -1
    }
    this.#drawCapture()
    void this.#refresh()
    this.#keep()
  }

  #grid(table: 'names' | 'listeners', label: string): Grid {
    const detail = el('div', {
      class: 'detail',
      hidden: true,
      tabindex: 0,
      role: 'region',
      'aria-label': `${label}: details`,
    })
    const choose = async ({ key, place }: PageRow): Promise<void> => {
      if (place && matchMedia('(min-width: 801px)').matches) this.#files.reveal(place.file, place.line)
      if (key === '') return
      detail.hidden = false
      const lines = await this.#client.call('detail', { table, key, width: columnsOf(detail) })
      detail.replaceChildren(linesElement(lines, this.#files.names, this.#goTo))
    }
    const grid = new Grid({
      table,
      label,
      rows: (request) => this.#client.call('rows', request),
      choose: (row) => void choose(row).catch((error) => this.say(failureText(error), true)),
    })
    grid.element.append(detail)
    return grid
  }

  #changed(): void {
    this.#version++
    document.body.dataset.version = String(this.#version)
    this.#update()
  }

  /** Keeps the state over a reload of the page, in this tab only. */
  readonly #keep = later(400, () => {
    const state = JSON.stringify(this.state)
    keep(state)
    // After a reload, what was typed since matters more than the link.
    if (this.#linked !== undefined && this.#linked !== state) dropFragment()
  })

  /** Computes the newest state; while it runs, later changes wait. */
  async #compute(): Promise<void> {
    if (this.#running) return
    this.#running = true
    const version = this.#version
    const start = performance.now()
    try {
      this.#mesh = await this.#client.call('mesh', { files: this.#files.all, settings: this.#settings.value })
      this.#drawMesh(this.#mesh)
      await this.#refresh()
      if (version === this.#version) {
        this.#lint = await this.#client.call('lint', null)
        this.#fixes = []
        this.#drawFindings()
      }
      this.#drawStatus(performance.now() - start)
      // For programs that wait for the answers.
      document.body.dataset.computed = String(version)
    } catch (error) {
      this.say(failureText(error), true)
    }
    this.#running = false
    if (version !== this.#version) this.#update()
    else this.#lookForFixes()
    this.#keep()
  }

  async #refresh(): Promise<void> {
    if (!this.#mesh) return
    if (this.#panel === 'dns') return this.#dns.refresh()
    if (this.#panel === 'trace') return this.#trace.refresh()
    if (this.#panel === 'findings') return this.#drawFindings()
    if (this.#mesh.proxy !== undefined) await this.#grids[this.#panel].refresh()
  }

  #drawMesh(mesh: MeshAnswer): void {
    this.#settings.show(mesh)
    byId('count-names').textContent = String(mesh.names)
    const failed = mesh.proxy === undefined ? mesh.problems.find(({ place }) => !place)?.message : undefined
    byId('no-proxy').textContent = failed ?? ''
    byId('no-proxy').hidden = failed === undefined
    this.#drawCapture()
  }

  /** Without DNS capture, these answers are seldom what the user expects. */
  #drawCapture(): void {
    const matters = this.#panel === 'names' || this.#panel === 'dns' || this.#panel === 'listeners'
    byId('no-capture').hidden = !matters || this.#mesh?.proxy === undefined || this.#mesh.capturesDns
  }

  #drawFindings(): void {
    if (!this.#mesh) return
    const lint = this.#lint
    if (this.#panel === 'findings') this.#findings.draw(this.#mesh, lint, this.#fixes)
    const counts = lint ? findingCount(lint) : 0
    const problems = this.#mesh.problems.length
    byId('count-findings').textContent = String(counts + problems)
    const conflicts = byId('count-listeners')
    conflicts.textContent = lint && lint.conflicts > 0 ? `${lint.conflicts} kept out` : ''
    conflicts.classList.toggle('error', (lint?.conflicts ?? 0) > 0)
    this.#files.mark(this.#marks())
  }

  #marks(): readonly Mark[] {
    const fixes = new Map(this.#fixes.map((fix) => [fix.finding, fix]))
    const problems = (this.#mesh?.problems ?? []).flatMap(({ level, message, place }): Mark[] =>
      place ? [{ level, message, source: '', place, fix: undefined }] : [],
    )
    const findings = (this.#lint?.findings ?? []).map(({ level, message, rule, place }, index): Mark => {
      const fix = fixes.get(index)
      return {
        level,
        message,
        source: rule,
        place,
        fix: fix && { title: fix.title, apply: () => void this.#apply(fix) },
      }
    })
    return [...problems, ...findings]
  }

  #drawStatus(milliseconds: number): void {
    if (!this.#mesh) return
    const { release, objects, proxy } = this.#mesh
    const parts = [release, proxy ?? 'no such proxy', `${objects} objects`, `${Math.round(milliseconds)} ms`]
    this.say(parts.join(' · '))
  }

  async #findFixes(): Promise<void> {
    const version = this.#version
    if (!this.#lint || this.#lint.findings.length === 0) return
    this.#fixer ??= new Client()
    try {
      await this.#fixer.call('mesh', { files: this.#files.all, settings: this.#settings.value })
      if (version !== this.#version) return
      const fixes = await this.#fixer.call('fixes', null)
      if (version !== this.#version || this.#running) return
      this.#fixes = fixes
      this.#drawFindings()
    } catch (error) {
      this.say(failureText(error), true)
    }
  }

  async #apply({ finding, title }: PageFix): Promise<void> {
    const version = this.#version
    try {
      const fix = await this.#fixer?.call('fix', { finding })
      if (!fix || version !== this.#version) return
      this.#files.edit(fix.edits)
      if (fix.added) this.#files.add([fix.added])
      this.say(`made: ${title}; undo takes it back`)
    } catch (error) {
      this.say(failureText(error), true)
    }
  }
}
