/** What each key does. */
import type { Key } from 'ink'
import { VIEW_IDS } from '../../protocol.ts'
import type { App } from './app.ts'
import { completions, parseCommand } from './commands.ts'
import { List } from './list.ts'
import { Prompt } from './prompt.ts'

const NEXT = 1
const PREVIOUS = -1

function runCommand(app: App, text: string): void {
  const command = parseCommand(text)
  switch (command.kind) {
    case 'view':
      app.go(command.view, command.filter)
      break
    case 'ask':
      app.askAbout(command.form, command.text)
      break
    case 'messages':
      app.showMessages()
      break
    case 'help':
      app.showHelp()
      break
    case 'proxy':
      pickProxy(app)
      break
    case 'namespace':
      if (command.name === '') pickNamespace(app)
      else app.chooseProxy({ namespace: command.name })
      break
    case 'quit':
      app.quit()
      break
    case 'unknown':
      app.notify(command.hint)
  }
}

function pickProxy(app: App): void {
  app.choose('proxies', ({ key }) => {
    app.back()
    app.chooseProxy({ proxy: key })
  })
}

function pickNamespace(app: App): void {
  app.choose('namespaces', ({ key }) => {
    app.back()
    app.chooseProxy({ namespace: key })
  })
}

/** A filter applies while it is typed. */
function apply(app: App, { kind, text }: Prompt): void {
  const { top } = app
  if (kind === 'filter' && top instanceof List) top.filter = text
}

function typeInto(app: App, prompt: Prompt, input: string, key: Key): void {
  if (key.return) {
    app.prompt = undefined
    if (prompt.kind === 'command' && prompt.text.trim() !== '') runCommand(app, prompt.text)
  } else if (key.escape || (key.ctrl && input === 'c')) {
    app.prompt = undefined
    prompt.text = prompt.before
  } else if (key.backspace || key.delete) {
    if (prompt.text === '') app.prompt = undefined
    prompt.erase()
  } else if (key.ctrl && input === 'u') prompt.text = ''
  else if (key.ctrl && input === 'w') prompt.eraseWord()
  else if (key.tab && prompt.kind === 'command') prompt.text = completions(prompt.text)[0] ?? prompt.text
  else if (!key.ctrl && !key.meta && input !== '') prompt.type(input)
  apply(app, prompt)
  app.changed()
}

/** Moves in a list or a text. */
function move(app: App, input: string, key: Key): boolean {
  const { top } = app
  const isList = top instanceof List
  const page = isList ? top.height : app.room
  const by = (rows: number): void => (isList ? top.move(rows) : top.scroll(rows))
  const to = (end: 'first' | 'last'): void => (isList ? top.moveTo(end) : top.scrollTo(end))
  if (key.upArrow) by(-1)
  else if (key.downArrow) by(1)
  else if (key.pageUp || (key.ctrl && input === 'b')) by(-page)
  else if (key.pageDown || (key.ctrl && input === 'f') || input === ' ') by(page)
  else if (key.home || input === 'g') to('first')
  else if (key.end || input === 'G') to('last')
  else if (isList && key.leftArrow) top.scroll(PREVIOUS)
  else if (isList && key.rightArrow) top.scroll(NEXT)
  else return false
  app.changed()
  return true
}

function nextList(app: App, by: number): void {
  const index = VIEW_IDS.indexOf(app.list.view as (typeof VIEW_IDS)[number])
  const next = VIEW_IDS[(index + by + VIEW_IDS.length) % VIEW_IDS.length]
  if (next) app.go(next)
}

function sort(app: App, isReverse: boolean): void {
  const { top } = app
  if (!(top instanceof List)) return
  if (isReverse) top.reverse()
  else top.sortNext()
  app.changed()
}

function enter(app: App): void {
  const { top } = app
  if (!(top instanceof List)) return
  if (top.pick && top.current) top.pick(top.current)
  else app.open('detail')
}

const ACTIONS: Readonly<Record<string, (app: App) => void>> = {
  '/': (app) => {
    const { top } = app
    if (top instanceof List) app.prompt = new Prompt('filter', top.filter)
  },
  ':': (app) => {
    app.prompt = new Prompt('command')
  },
  '?': (app) => app.showHelp(),
  s: (app) => sort(app, false),
  S: (app) => sort(app, true),
  t: (app) => app.open('trace'),
  d: (app) => app.open('dig'),
  y: (app) => app.open('yaml'),
  j: (app) => app.open('json'),
  o: (app) => (app.top instanceof List ? app.open('place') : app.edit(app.top.place)),
  c: (app) => app.copy(),
  p: pickProxy,
  n: pickNamespace,
  m: (app) => app.showMessages(),
  q: (app) => app.quit(),
}

const NO_KEY = {} as Key

/** Does what keys stand for; what is typed fast or pasted comes as one text. */
export function press(app: App, input: string, key: Key): void {
  const isText = [...input].length > 1 && !Object.values(key).some((flag) => flag === true)
  if (!isText) pressOne(app, input, key)
  else for (const character of input) pressOne(app, character, { ...NO_KEY, return: /[\r\n]/.test(character) })
}

function pressOne(app: App, input: string, key: Key): void {
  app.forgetMistake()
  const { prompt, top } = app
  if (key.ctrl && input === 'z') app.suspend()
  else if (prompt) typeInto(app, prompt, input, key)
  else if (key.ctrl && input === 'c') app.quit()
  else if (move(app, input, key)) return
  else if (key.escape || key.backspace) app.back()
  else if (key.return) enter(app)
  else if (key.tab) nextList(app, key.shift ? PREVIOUS : NEXT)
  else if (!(top instanceof List) && /^[1-9]$/.test(input)) app.follow(top.links[Number(input) - 1])
  else if (!key.ctrl && !key.meta && Object.hasOwn(ACTIONS, input)) {
    ACTIONS[input]?.(app)
    app.changed()
  }
}
