import { Command } from 'commander'
import type { Io } from '../../../src/commands/io.ts'
import { type LintConfig, loadConfigs } from '../../../src/commands/lint/config/load.ts'
import type { ConfigurableOptions } from '../../../src/commands/lint/config/options.ts'
import { type OutputOptions, Session } from '../../../src/commands/session.ts'
import { UserError } from '../../../src/common/errors.ts'

export interface Heard {
  readonly session: Session
  /** The text on stderr so far. */
  readonly stderr: () => string
}

/** A session in a folder, and its output. */
export async function sessionIn(
  cwd: string,
  options: OutputOptions = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Heard> {
  let said = ''
  const silent = { isTTY: false, columns: undefined, write: () => undefined }
  const stderr = {
    ...silent,
    write: (text: string) => {
      said += text
    },
  }
  const io: Io = { stdout: silent, stderr, stdin: async () => Buffer.alloc(0), env: { ...process.env, ...env }, cwd }
  return { session: await Session.open(io, options, new Command()), stderr: () => said }
}

export async function configIn(
  cwd: string,
  options: ConfigurableOptions = {},
): Promise<LintConfig<ConfigurableOptions> & { readonly stderr: string }> {
  const { session, stderr } = await sessionIn(cwd)
  const [config] = await loadConfigs(options, session)
  return { ...config, stderr: stderr() }
}

/** The message about a configuration that cannot be used. */
export async function refusalIn(cwd: string, options: ConfigurableOptions = {}): Promise<string> {
  const { session, stderr } = await sessionIn(cwd)
  try {
    await loadConfigs(options, session)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { hint } = error
    return `${stderr()}${error.message}${hint ? ` | ${hint}` : ''}`
  }
  throw new Error('the configuration was taken')
}
