/** Starts the page: its menus, dropped files, the link, light and dark. */
import { DEFAULT_SETTINGS, type PageFile } from '../messages.ts'
import { App } from './app.ts'
import { byId, el } from './dom.ts'
import { keptState } from './kept.ts'
import { fragmentOf, stateIn, stateOf } from './link.ts'

/** What bin/playground.mjs puts into the page. */
interface Contents {
  readonly versions: readonly string[]
  readonly examples: readonly { readonly title: string; readonly state: unknown }[]
}

const THEME = 'vipctl-theme'
/** Larger files are not manifests. */
const LARGEST_FILE = 64 * 1024 * 1024

const contents = JSON.parse(byId('contents').textContent ?? '') as Contents
const app = new App(contents.versions)

function setTheme(theme: string | null): void {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
}

/** Storage that some browsers refuse to pages from files. */
const stored = {
  get: (key: string): string | null => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },
  set: (key: string, value: string): void => {
    try {
      localStorage.setItem(key, value)
    } catch {
      // The page works without it.
    }
  },
}

async function copyLink(): Promise<void> {
  history.replaceState(null, '', await fragmentOf(app.state))
  app.linked()
  try {
    await navigator.clipboard.writeText(location.href)
    app.say('The link is copied. It contains the manifests; nothing was uploaded.')
  } catch {
    app.say('The link is in the address bar. It contains the manifests; nothing was uploaded.')
  }
}

async function read(file: File): Promise<PageFile> {
  if (file.size > LARGEST_FILE) throw new Error(`${file.name} is larger than 64 MB`)
  return { name: file.webkitRelativePath || file.name, text: await file.text() }
}

async function open(files: Iterable<File>): Promise<void> {
  try {
    const texts = await Promise.all([...files].map(read))
    if (texts.length > 0) app.addFiles(texts)
  } catch (error) {
    app.say((error as Error).message, true)
  }
}

function dropFiles(): void {
  const over = (event: DragEvent, isOver: boolean): void => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    document.body.classList.toggle('dropping', isOver)
  }
  addEventListener('dragover', (event) => over(event, true))
  addEventListener('dragleave', (event) => over(event, false))
  // Before the editor, which would insert the text.
  addEventListener(
    'drop',
    (event) => {
      over(event, false)
      if (!event.dataTransfer || event.dataTransfer.files.length === 0) return
      event.stopPropagation()
      void open(event.dataTransfer.files)
    },
    { capture: true },
  )
}

function addControls(): void {
  const examples = byId<HTMLSelectElement>('examples')
  examples.append(...contents.examples.map(({ title }, index) => el('option', { value: index }, title)))
  examples.addEventListener('change', () => {
    const example = contents.examples[Number(examples.value)]
    if (example) app.state = stateOf(example.state)
    examples.value = ''
  })
  const picker = byId<HTMLInputElement>('picker')
  byId('open').addEventListener('click', () => picker.click())
  picker.addEventListener('change', () => {
    void open(picker.files ?? []).then(() => {
      picker.value = ''
    })
  })
  byId('share').addEventListener('click', () => void copyLink())
  byId('theme').addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark'
    setTheme(theme)
    stored.set(THEME, theme)
  })
  for (const view of ['manifests', 'answers'] as const) {
    byId(`view-${view}`).addEventListener('click', () => {
      document.body.dataset.view = view
    })
  }
}

/** Shows what a link has. @returns whether the address is a link */
async function openLink(): Promise<boolean> {
  const failed = byId('failed')
  failed.hidden = true
  try {
    const linked = await stateIn(location.hash)
    if (!linked) return false
    app.state = linked
    app.linked()
    return true
  } catch {
    failed.textContent = 'The link cannot be read: it is incomplete, or this page did not make it.'
    failed.hidden = false
    return false
  }
}

async function start(): Promise<void> {
  if (await openLink()) return
  const kept = stateOf(keptState())
  app.state = kept.files.length > 0 ? kept : stateOf(contents.examples[0]?.state ?? { settings: DEFAULT_SETTINGS })
}

setTheme(stored.get(THEME))
addControls()
dropFiles()
addEventListener('hashchange', () => void openLink())
void start()
