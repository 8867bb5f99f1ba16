/** What lint reads: the files on the command line, those of the configuration, the working directory, or a cluster. */
import { UserError } from '../../common/errors.ts'
import { hasRenders } from '../../input/request.ts'
import type { LintConfig } from './config/load.ts'
import type { LintCommandOptions } from './options.ts'

const HERE = '.'

/**
 * A cluster is read only on request, because lint in a repository is meant for the repository.
 * @throws UserError for options that contradict each other
 */
export function checkClusterOptions(options: LintCommandOptions, filename: readonly string[]): void {
  const { live, useKube, kubeconfig, context, remoteSecrets } = options
  if (live && filename.length > 0) {
    throw new UserError('--live lints the current cluster, and no files', '-k treats the files as applied to it')
  }
  if (live || useKube || filename.length > 0) return
  const given = [
    kubeconfig !== undefined && '--kubeconfig',
    context !== undefined && '--context',
    remoteSecrets && '--remote-secrets',
  ].find((flag) => typeof flag === 'string')
  if (given) throw new UserError(`${given} needs --live: lint reads files unless it is told to read a cluster`)
}

/**
 * Adds the input to the configuration: without files, the working directory. Folders are read with subfolders.
 * @param given the options of the command line
 */
export function withInput(
  config: LintConfig<LintCommandOptions>,
  given: LintCommandOptions,
): LintConfig<LintCommandOptions> {
  const { options } = config
  if (given.live) return { ...config, options: { ...options, filename: [], remote: given.remote } }
  const filename = options.filename ?? []
  const isImplicit = filename.length === 0 && !hasRenders(options.configuredRenders)
  const recursive = options.recursive ?? true
  return { ...config, options: { ...options, filename: isImplicit ? [HERE] : filename, recursive }, isImplicit }
}

/** @throws UserError when the input was not specified and the working directory has no manifests */
export function checkFound(documents: number, { isImplicit }: LintConfig<LintCommandOptions>): void {
  if (!isImplicit || documents > 0) return
  throw new UserError(
    'no input: the working directory holds no manifests',
    'name files or folders, or `inputs` in .vipctl.yaml; --live lints the current cluster',
  )
}
