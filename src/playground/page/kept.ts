/** What the browser keeps of this tab. */

const KEPT = 'vipctl-playground'

/** Keeps the state of this tab over a reload. */
export function keep(state: string): void {
  try {
    sessionStorage.removeItem(KEPT)
    sessionStorage.setItem(KEPT, state)
  } catch {
    // It is too large, or the browser keeps nothing for files.
  }
}

/** Takes the link out of the address of the page. */
export function dropFragment(): void {
  try {
    if (location.hash !== '') history.replaceState(null, '', location.href.split('#')[0])
  } catch {
    // Some browsers allow files no other address.
  }
}

/** The state of this tab before it was reloaded. */
export function keptState(): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? 'null')
  } catch {
    return null
  }
}
