/** The process in the namespaces of a sandbox. It ends with everything that it started when the outer process ends. */
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { Channel } from '../channel.ts'
import type { InsideHandlers, OutsideHandlers } from '../messages.ts'
import { PORTS } from '../network/rules.ts'
import { sendProbe } from '../probe.ts'
import { runCommand } from './command.ts'
import { serveDns } from './dns.ts'
import { Echoes } from './echoes.ts'
import { countedClusters, Envoys } from './envoys.ts'
import { mountFiles, setRules, setUpAddresses } from './network.ts'

/** Makes Envoy's administration reachable through a socket of the file system, which all network namespaces share. */
function openAdmin(path: string): void {
  const server = createServer((socket) => {
    const onward = connect(PORTS.admin, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy())
    }
  })
  server.listen(path)
}

export function runInside(): Promise<never> {
  let echoes: Echoes | undefined
  let running: Envoys | undefined
  let command: ChildProcess | undefined
  const handlers: InsideHandlers = {
    async setUp({ addresses, echo, mounts, binary, envoys, adminSocket }) {
      setUpAddresses(addresses)
      mountFiles(mounts)
      setRules(echo.rules)
      await serveDns((request) => channel.ask('dns', request), existsSync('/proc/net/if_inet6'))
      echoes = new Echoes(
        echo,
        (request) => channel.ask('certificate', request),
        (received) => void channel.ask('answered', received).catch(() => undefined),
      )
      await echoes.use(echo)
      running = new Envoys(binary)
      await running.keep(envoys)
      if (adminSocket !== undefined) openAdmin(adminSocket)
    },
    async update(echo) {
      await echoes?.use(echo)
      setRules(echo.rules)
    },
    async keepEnvoys(envoys) {
      await running?.keep(envoys)
    },
    probe: sendProbe,
    counted: (counter) => countedClusters(PORTS.admin, counter),
    run: (request) =>
      runCommand(request, (child) => {
        command = child
      }),
    signal(signal) {
      command?.kill(signal)
    },
  }
  const channel = new Channel<OutsideHandlers>(process as never, handlers as never)
  // An interrupt of the terminal is for the command.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined)
  // The kernel ends all other processes of the namespace with its first one.
  process.on('disconnect', () => process.exit(0))
  return new Promise(() => undefined)
}
