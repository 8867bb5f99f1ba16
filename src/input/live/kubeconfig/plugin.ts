/** Credential plugins (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). */
import type { JsonValue } from '../../../sources/document.ts'
import { fieldAt, isMapping, textAt } from '../../../sources/mapping.ts'
import { type Ran, runTool } from '../../tool.ts'
import { LiveError } from '../errors.ts'
import type { ConnectOptions } from '../types.ts'
import type { User } from './contexts.ts'
import { HIDDEN, type Secrets } from './secrets.ts'

/** Without --request-timeout. */
const MOST_MS = 60_000
const MOST_BYTES = 1_000_000
const LONGEST = 200
/** Shorter words are no credentials. */
const LONG_WORD = /[^\s"'=:,;{}]{6,}/g

/** What a plugin says about the user; texts are '' where it says nothing. */
interface PluginCredential {
  readonly token: string
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

/** The fields of `exec` that are used. The client library passes on what the kubeconfig has, types checked. */
interface Exec {
  readonly command?: string
  readonly args?: readonly string[] | null
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null
}

export const execOf = (user: User | undefined): Exec | undefined => (user?.entry.exec as Exec | null) ?? undefined

function parsed(stdout: string): JsonValue | undefined {
  try {
    return JSON.parse(stdout) as JsonValue
  } catch {
    return undefined
  }
}

/** The first line of stderr, without what is also on stdout: a plugin may print a token and then fail. */
function saidBy({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  const [line = ''] = stderr.trim().split('\n', 1)
  const start = line.slice(0, LONGEST).replace(LONG_WORD, (word) => (stdout.includes(word) ? HIDDEN : word))
  return line.length > LONGEST ? `${start}...` : start
}

function failureOf(ran: Exclude<Ran, { end: 'done' }>, command: string): LiveError {
  if (ran.end === 'missing') {
    return new LiveError(`the credential plugin ${command} is not installed`, 'the kubeconfig names it under exec')
  }
  const said = saidBy(ran)
  return new LiveError(`the credential plugin ${command} ${ran.reason}${said && `: ${said}`}`, 'run it by hand')
}

/**
 * Runs the plugin of a user.
 * @param secrets get what the plugin prints
 * @throws LiveError when it fails, takes too long, prints too much, or prints something else
 */
export async function runPlugin(
  { command = '', args, env }: Exec,
  { cwd, env: own, requestTimeout }: ConnectOptions,
  secrets: Secrets,
): Promise<PluginCredential> {
  const options = {
    cwd,
    env: { ...own, ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])) },
    mostMs: requestTimeout > 0 ? requestTimeout : MOST_MS,
    mostBytes: MOST_BYTES,
  }
  const ran = await runTool(command, args ?? [], options)
  if (ran.end !== 'done') throw failureOf(ran, command)
  const value = parsed(ran.stdout)
  const status = fieldAt(value, 'status')
  const credential = {
    token: textAt(status, 'token'),
    certificate: textAt(status, 'clientCertificateData'),
    key: textAt(status, 'clientKeyData'),
  }
  secrets.add(credential.token, credential.key)
  if (!isMapping(status)) {
    throw new LiveError(
      `the credential plugin ${command} failed: its output is not an ExecCredential`,
      'run it by hand',
    )
  }
  return credential
}
