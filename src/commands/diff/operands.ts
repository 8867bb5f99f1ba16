/** What is compared, from the operands of the command line. */
import { isAbsolute, relative, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { shownRef } from '../../input/git/words.ts'
import { type InputRequest, STDIN } from '../../input/request.ts'
import type { SideRequest } from '../../input/sides/load.ts'
import { inputRequest } from '../request.ts'
import type { Session } from '../session.ts'
import type { DiffOptions } from './options.ts'

const GIT = 'git:'
const CLUSTER = 'cluster:'

/** One operand. */
type Operand =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'commit'; readonly ref: string; readonly path: string | undefined }
  /** The current context, if none is named. */
  | { readonly kind: 'cluster'; readonly context: string | undefined }

/** @throws UserError for an operand without a reference or a path */
export function parseOperand(text: string): Operand {
  if (text === '') throw new UserError('diff: an operand is empty', 'name a path, git:REF or cluster:')
  if (text.startsWith(CLUSTER)) return { kind: 'cluster', context: text.slice(CLUSTER.length) || undefined }
  if (!text.startsWith(GIT)) return { kind: 'path', path: text }
  const rest = text.slice(GIT.length)
  // Names of commits, branches and tags have no colon.
  const colon = rest.indexOf(':')
  const ref = colon < 0 ? rest : rest.slice(0, colon)
  const path = colon < 0 ? undefined : rest.slice(colon + 1)
  if (ref === '')
    throw new UserError(`${text}: a commit, branch or tag is missing`, 'the forms are git:REF and git:REF:PATH')
  if (path === '')
    throw new UserError(`${text}: a path is missing after the colon`, 'the forms are git:REF and git:REF:PATH')
  return { kind: 'commit', ref, path }
}

/** Whether an operand is not a path. */
export const isSpecial = (text: string): boolean => text.startsWith(GIT) || text.startsWith(CLUSTER)

/** The name of an operand in messages. */
export function nameOf(operand: Operand): string {
  switch (operand.kind) {
    case 'path':
      return operand.path === STDIN ? 'standard input' : operand.path
    case 'cluster':
      return `cluster:${operand.context ?? ''}`
    case 'commit':
      return `git:${shownRef(operand.ref)}${operand.path === undefined ? '' : `:${operand.path}`}`
  }
}

const samePath = (a: string, b: string, cwd: string): boolean => resolve(cwd, a) === resolve(cwd, b)

function isSame(a: Operand, b: Operand, cwd: string): boolean {
  if (a.kind === 'path' && b.kind === 'path') return samePath(a.path, b.path, cwd)
  if (a.kind === 'commit' && b.kind === 'commit') {
    return (
      a.ref === b.ref &&
      samePath(a.path ?? '.', b.path ?? '.', cwd) &&
      (a.path === undefined) === (b.path === undefined)
    )
  }
  return a.kind === 'cluster' && b.kind === 'cluster' && a.context === b.context
}

/** A path that is the same in another working directory, because a commit is read in a folder of its own. */
export const relativePath = (path: string, cwd: string): string =>
  isAbsolute(path) ? relative(cwd, path) || '.' : path

const asWritten = (file: string): string => file

/** The part of the files' names that two compared paths do not share. */
const rootOf = (path: string): string => path.replace(/\/+$/, '')

class SideRequests {
  readonly #options: DiffOptions
  readonly #session: Session

  constructor(options: DiffOptions, session: Session) {
    this.#options = options
    this.#session = session
  }

  get #cwd(): string {
    return this.#session.io.cwd
  }

  #request(own: Partial<DiffOptions>): Promise<InputRequest> {
    return inputRequest({ ...this.#options, ...own }, this.#session)
  }

  /** The input of the options. */
  async given(name: string): Promise<SideRequest> {
    return { name, request: await this.#request({}), root: '', ref: undefined, fileOf: asWritten }
  }

  async of(operand: Operand): Promise<SideRequest> {
    const name = nameOf(operand)
    if (operand.kind === 'cluster') return this.#cluster(operand.context, name)
    if (operand.kind === 'path') {
      const request = await this.#request(onlyFiles([operand.path]))
      return { name, request, root: rootOf(operand.path), ref: undefined, fileOf: asWritten }
    }
    const { ref, path } = operand
    const filename = path === undefined ? this.#options.filename : [relativePath(path, this.#cwd)]
    const paths = (filename ?? []).map((each) => relativePath(each, this.#cwd))
    const request = await this.#request(path === undefined && paths.length === 0 ? {} : onlyFiles(paths))
    if (request.mesh.kind === 'cluster') {
      throw new UserError(`${name}: which files of the commit?`, `-f PATH, or git:${shownRef(ref)}:PATH`)
    }
    const root = path === undefined ? '' : rootOf(relativePath(path, this.#cwd))
    return { name, request, root, ref, fileOf: (file) => `git:${shownRef(ref)}:${file}` }
  }

  async #cluster(context: string | undefined, name: string): Promise<SideRequest> {
    const own = context === undefined ? {} : { context: [context] }
    const request = await this.#request({
      filename: undefined,
      useKube: false,
      base: undefined,
      env: undefined,
      ...own,
    })
    return { name, request, root: '', ref: undefined, fileOf: asWritten }
  }
}

/** Options of a cluster would be reported as having no effect. */
const onlyFiles = (filename: readonly string[]): Partial<DiffOptions> => ({
  filename,
  useKube: false,
  base: undefined,
  context: undefined,
  kubeconfig: undefined,
  remoteSecrets: false,
})

const hasInput = ({ filename = [], useKube, env }: DiffOptions): boolean =>
  filename.length > 0 || useKube === true || env !== undefined

/** The path in the options, if they name just one and nothing else to read. */
function givenPath({ filename = [], useKube, base, env }: DiffOptions): Operand | undefined {
  const [path, ...others] = filename
  const isAlone = others.length === 0 && !useKube && base === undefined && env === undefined
  return path !== undefined && isAlone ? { kind: 'path', path } : undefined
}

function checkCounts(operands: readonly Operand[], options: DiffOptions): void {
  if (operands.length === 0) {
    throw new UserError(
      'diff: what is to be compared?',
      'name a path, git:REF or cluster:, or two versions of Istio with --from-version',
    )
  }
  if (operands.length === 2 && hasInput(options)) {
    throw new UserError('diff: -f, -k and --env stand for the second operand', 'leave them out, or the second operand')
  }
}

/** The second operand if there is just one: the same path in the working tree, or the input of the options. */
function otherSide(first: Operand, options: DiffOptions): Operand | undefined {
  if (hasInput(options)) return undefined
  if (first.kind === 'commit' && first.path !== undefined) return { kind: 'path', path: first.path }
  if (first.kind === 'commit') {
    throw new UserError(
      `${nameOf(first)}: which files of the commit?`,
      `-f PATH compares those with the working tree, or git:${shownRef(first.ref)}:PATH`,
    )
  }
  throw new UserError(`${nameOf(first)}: with what is it to be compared?`, 'name a second path, or files with -f')
}

/**
 * The two sides of a comparison.
 * @throws UserError for operands that cannot be compared with each other
 */
export async function sidesOf(
  texts: readonly string[],
  options: DiffOptions,
  session: Session,
): Promise<{ readonly before: SideRequest; readonly after: SideRequest }> {
  if (texts.length > 2) throw new UserError(`diff: too many operands: ${texts.slice(2).join(' ')}`, 'two are compared')
  const operands = texts.map(parseOperand)
  checkCounts(operands, options)
  const [first, given] = operands as [Operand, Operand | undefined]
  const second = given ?? otherSide(first, options)
  const named = second ?? givenPath(options)
  if (named && isSame(first, named, session.io.cwd)) {
    throw new UserError(`diff: both sides are ${nameOf(first)}`, 'name two different ones')
  }
  const requests = new SideRequests(options, session)
  const { filename = [], env, useKube } = options
  const files = filename.length > 0 ? filename.join(' ') : `the files of --env ${env}`
  const after = second ? await requests.of(second) : await requests.given(useKube ? `${files} over the cluster` : files)
  const before = await requests.of(first)
  checkStdin(before, after)
  return { before, after }
}

function checkStdin(before: SideRequest, after: SideRequest): void {
  const isStdin = ({ request: { mesh } }: SideRequest): boolean => mesh.kind === 'files' && mesh.paths.includes(STDIN)
  if (isStdin(before) && isStdin(after)) throw new UserError('- means standard input, which can be read only once')
}
