/** Elements. Texts become text nodes, so nothing from a manifest is ever read as HTML. */

type Child = Node | string | undefined | false
type Value = string | number | boolean | undefined | ((event: never) => void)

export type Attributes = Readonly<Record<string, Value>>

function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name, value as EventListener)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
}

const childNodes = (children: readonly Child[]): readonly (Node | string)[] =>
  children.filter((child): child is Node | string => child !== undefined && child !== false)

/** @param attributes functions are listeners of the event of their name; undefined and false are left out */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  setAll(element, attributes)
  element.append(...childNodes(children))
  return element
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAll(element, attributes)
  element.append(...childNodes(children))
  return element
}

/** An element that the page has. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element as E
}

/** Calls a function once, some time after the last of several calls. */
export function later(milliseconds: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(run, milliseconds)
  }
}

/**
 * Makes the tabs of a list one stop for the Tab key, with the arrow keys between them.
 * @param list an element with role `tablist`, whose tabs have role `tab`
 */
export function arrowKeys(list: HTMLElement): void {
  list.addEventListener('keydown', (event) => {
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')]
    const at = tabs.indexOf(document.activeElement as HTMLElement)
    if (at < 0 || (step === undefined && event.key !== 'Home' && event.key !== 'End')) return
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? -1 : (at + (step ?? 0)) % tabs.length
    event.preventDefault()
    const tab = tabs.at(to)
    tab?.focus()
    tab?.click()
  })
}
