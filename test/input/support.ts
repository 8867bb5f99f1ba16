/** Requests, and a reporter that records messages. */
import type { Reporter } from '../../src/input/reporter.ts'
import type { InputRequest } from '../../src/input/request.ts'

export interface Heard {
  readonly reporter: Reporter
  /** `severity: message`, in order. */
  readonly messages: readonly string[]
}

export function heard(): Heard {
  const messages: string[] = []
  const reporter: Reporter = {
    verbose: false,
    async report(problems) {
      for (const { severity, message } of problems) messages.push(`${severity}: ${message}`)
    },
    async warn(message) {
      messages.push(`warning: ${message}`)
    },
    async note(message) {
      messages.push(`note: ${message}`)
    },
    size() {},
    progress() {},
  }
  return { reporter, messages }
}

/** A request for files of a folder. */
export const requestFor = (cwd: string, request: Partial<InputRequest> = {}): InputRequest => ({
  cwd,
  env: {},
  stdin: async () => Buffer.alloc(0),
  mesh: { kind: 'files', paths: ['mesh'] },
  over: [],
  recursive: false,
  exclude: { patterns: [], gitignore: true },
  remotes: [],
  clusterId: undefined,
  namespace: undefined,
  istiod: {},
  joins: [],
  assume: undefined,
  ...request,
})
