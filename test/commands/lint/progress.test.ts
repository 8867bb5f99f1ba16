import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Progress } from '../../../src/commands/progress.ts'
import type { Session } from '../../../src/commands/session.ts'

/** A session with just what progress needs. */
function sessionOf({ isTTY = true, quiet = false, term = 'xterm' } = {}) {
  const written: string[] = []
  const stderr = { isTTY, columns: 80, write: (text: string) => void written.push(text) }
  const session = { io: { stderr, env: { TERM: term } }, options: { quiet } } as unknown as Session
  return { session, written }
}

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('is shown on a terminal when a run takes long, and taken away again', async () => {
    const { session, written } = sessionOf()
    const progress = new Progress(session)
    vi.advanceTimersByTime(1000)
    await progress.show('reading manifests')
    await progress.clear()
    await progress.clear()
    expect(written).toEqual(['\r\u001b[2Kreading manifests ...\r', '\r\u001b[2K'])
  })

  it('is shown for the first step when that one takes long', async () => {
    const { session, written } = sessionOf()
    await new Progress(session).show('reading manifests')
    expect(written).toEqual([])
    vi.advanceTimersByTime(1000)
    expect(written).toEqual(['\r\u001b[2Kreading manifests ...\r'])
  })

  it('is not shown for a short run', async () => {
    const { session, written } = sessionOf()
    const progress = new Progress(session)
    await progress.show('reading manifests')
    await progress.clear()
    vi.advanceTimersByTime(1000)
    expect(written).toEqual([])
  })

  it.each([{ isTTY: false }, { quiet: true }, { term: 'dumb' }])('is not shown for %o', async (options) => {
    const { session, written } = sessionOf(options)
    const progress = new Progress(session)
    vi.advanceTimersByTime(1000)
    await progress.show('reading manifests')
    await progress.clear()
    expect(written).toEqual([])
  })
})
