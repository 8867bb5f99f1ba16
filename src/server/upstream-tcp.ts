/** Questions to an upstream by TCP: one connection each, as the agent does. */

import { randomInt } from 'node:crypto'
import { connect } from 'node:net'
import { readUint16, writeUint16 } from '../serving/format.ts'
import { type Forwarded, readUpstreamReply } from '../serving/upstream-reply.ts'
import type { Endpoint } from './endpoint.ts'
import { Frames, framed } from './frames.ts'
import type { Exchanged } from './upstream-udp.ts'

/**
 * @param timeout in milliseconds, for the connection and again for the answer
 * @returns ends the exchange; `done` is called in any case
 */
export function exchangeByTcp(
  { address, port }: Endpoint,
  forwarded: Forwarded,
  timeout: number,
  done: Exchanged,
): () => void {
  const id = randomInt(65_536)
  const message = Buffer.from(forwarded.message)
  writeUint16(message, 0, id)
  const socket = connect({ host: address, port })
  const frames = new Frames()
  let isDone = false
  function end(reply?: Uint8Array): void {
    if (isDone) return
    isDone = true
    clearTimeout(timer)
    socket.destroy()
    done(reply)
  }
  let timer = setTimeout(end, timeout)
  socket.on('connect', () => {
    clearTimeout(timer)
    timer = setTimeout(end, timeout)
    socket.write(framed(message))
  })
  socket.on('data', (chunk) => {
    frames.add(chunk)
    const reply = frames.next()
    if (!reply) return
    const isOurs = reply.length >= 2 && readUint16(reply, 0) === id
    const read = isOurs ? readUpstreamReply(reply, forwarded) : 'other'
    end(typeof read === 'string' ? undefined : read)
  })
  socket.on('error', () => end())
  socket.on('close', () => end())
  return end
}
