/** Reads the same input at a commit. */
import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import type { Reporter } from '../reporter.ts'
import {
  type ExcludeRequest,
  hasRenders,
  type InputRequest,
  type MeshRequest,
  pathsOf,
  type RemoteRequest,
  type RenderedInput,
  type RenderRequest,
  STDIN,
  type ViewRequest,
} from '../request.ts'
import { inTemporaryFolder } from '../temporary.ts'
import { Checkout } from './checkout.ts'
import { Git } from './git.ts'
import { targetOf } from './links.ts'
import { type Tree, treesOf } from './trees.ts'
import type { CommitWords } from './words.ts'

/** Excludes options, `^NAME`, which means all but a commit, and `...` without a name; names have no spaces or control characters. */
const REF = /^(?!\.\.\.$)[^-^\s\p{Cc}][^\s\p{Cc}]*$/u

const allPaths = ({ input, proxy }: ViewRequest): readonly string[] => [
  ...pathsOf(input),
  ...(proxy.node === undefined ? [] : [proxy.node]),
]

async function translatedPaths(paths: readonly string[], checkout: Checkout): Promise<readonly string[]> {
  const translated = await Promise.all(paths.map((path) => checkout.translated(path)))
  return translated.filter((path) => path !== undefined)
}

const translatedPath = async (path: string | undefined, checkout: Checkout): Promise<string | undefined> =>
  path === undefined ? undefined : checkout.translated(path)

async function translatedMesh(mesh: MeshRequest, checkout: Checkout): Promise<MeshRequest> {
  return mesh.kind === 'cluster' ? mesh : { ...mesh, paths: await translatedPaths(mesh.paths, checkout) }
}

async function translatedRemotes(
  remotes: readonly RemoteRequest[],
  checkout: Checkout,
): Promise<readonly RemoteRequest[]> {
  const translated = await Promise.all(remotes.map(({ path }) => checkout.translated(path)))
  return remotes.flatMap(({ id }, index) => {
    const path = translated[index]
    return path === undefined ? [] : [{ id, path }]
  })
}

/** Patterns are relative to the same folders at the commit. */
async function translatedExclude(exclude: ExcludeRequest, checkout: Checkout): Promise<ExcludeRequest> {
  const patterns = exclude.patterns.map(async (each) => ({ ...each, folder: await checkout.folder(each.folder) }))
  return { ...exclude, patterns: await Promise.all(patterns) }
}

/** Charts and folders that the commit does not have are left out, as other inputs are. */
async function translatedRenders(
  renders: RenderRequest | undefined,
  checkout: Checkout,
): Promise<RenderRequest | undefined> {
  if (!renders) return undefined
  const inputs: RenderedInput[] = []
  for (const input of renders.inputs) {
    const folder = await checkout.folder(input.folder)
    await mkdir(folder, { recursive: true })
    const path = input.tool === 'command' ? folder : await checkout.folder(input.path)
    if (!existsSync(path)) continue
    if (input.tool === 'helm') {
      const values = await Promise.all(input.values.map((each) => checkout.folder(each)))
      inputs.push({ ...input, folder, path, values })
    } else inputs.push(input.tool === 'kustomize' ? { ...input, folder, path } : { ...input, folder })
  }
  return { ...renders, inputs, root: renders.root && (await checkout.folder(renders.root)) }
}

async function translated({ input, proxy }: ViewRequest, checkout: Checkout): Promise<ViewRequest> {
  const { mesh, over, remotes, istiod } = input
  return {
    input: {
      ...input,
      cwd: checkout.cwd,
      exclude: await translatedExclude(input.exclude, checkout),
      mesh: await translatedMesh(mesh, checkout),
      over: await translatedPaths(over, checkout),
      renders: await translatedRenders(input.renders, checkout),
      remotes: await translatedRemotes(remotes, checkout),
      istiod: { ...istiod, meshConfig: await translatedPath(istiod.meshConfig, checkout) },
    },
    proxy: {
      ...proxy,
      // The proxy is not part of the mesh, so today's node is used if the commit has none.
      node: (await translatedPath(proxy.node, checkout)) ?? (proxy.node && resolve(input.cwd, proxy.node)),
    },
  }
}

/**
 * A file that is found by several names is written once, and linked to by the others: as in the working tree, readers
 * see that it is the same file.
 * @returns the number of links that lead to no file of the commit
 */
async function putLinks(checkout: Checkout, { git, commit, folder, files }: Tree): Promise<number> {
  const links = files.filter(({ kind }) => kind === 'link')
  if (links.length === 0) return 0
  const texts = new Map<string, string>()
  for await (const [link, text] of git.contents(links)) texts.set(link.path, text.toString())
  const written = new Map(files.filter(({ kind }) => kind === 'file').map((file) => [file.path, file]))
  let lost = 0
  for await (const [link, target] of git.targets(commit, links)) {
    if (!target) {
      lost++
      continue
    }
    const path = targetOf(link.path, texts)
    const file = written.get(path)
    if (file?.object === target.object) await checkout.link(folder, link, file)
    else {
      await checkout.put(folder, link, target.content)
      if (!file) written.set(path, { ...link, object: target.object })
    }
  }
  return lost
}

async function fill(
  checkout: Checkout,
  git: Git,
  commit: string,
  request: ViewRequest,
  reporter: Reporter,
): Promise<void> {
  const paths: string[] = []
  for (const path of allPaths(request)) {
    const inside = await checkout.inRepository(path)
    if (inside !== undefined) paths.push(inside)
    else await reporter.note(`${git.words.label}: ${path} is outside the repository: it is the same on both sides`)
  }
  const { renders } = request.input
  if (renders) paths.push('')
  if (paths.length === 0) return
  const asked = { paths, what: renders ? 'everything' : 'manifests' } as const
  let lost = 0
  for await (const tree of treesOf({ git, top: checkout.top, commit }, asked, request.input.env)) {
    const plain = tree.files.filter(({ kind }) => kind === 'file')
    for await (const [file, content] of tree.git.contents(plain)) await checkout.put(tree.folder, file, content)
    lost += await putLinks(checkout, tree)
    await checkout.close(tree.folder)
  }
  if (lost > 0)
    await reporter.note(`${git.words.label}: ${lost} symbolic links to no file of the commit are not followed`)
}

/** Whether a request compares any files: those over the mesh, otherwise those of the mesh. */
function hasFiles({ mesh, over, renders }: InputRequest, isOverlay: boolean): boolean {
  const paths = isOverlay || mesh.kind === 'cluster' ? over : mesh.paths
  return paths.length > 0 || hasRenders(renders)
}

/** @throws UserError when the input has no earlier version */
function checkInput(
  ref: string,
  { input }: ViewRequest,
  paths: readonly string[],
  isOverlay: boolean,
  { label, of }: CommitWords,
): void {
  if (!REF.test(ref)) throw new UserError(`${of(ref)}: this is not a name of a commit, branch or tag`)
  if (paths.includes(STDIN)) {
    throw new UserError(`${label}: standard input has no earlier version`, 'name files, or use --baseline')
  }
  if (!hasFiles(input, isOverlay)) {
    throw new UserError(`${label}: a live cluster has no earlier version`, 'name files, or use --baseline')
  }
}

/**
 * Copies the files of a request at a commit to a temporary folder.
 * @param ref a commit, branch or tag; followed by `...`, the point where the current branch left it
 * @param use receives a request that reads the copies
 * @param words how messages name the commit
 * @returns the result of `use`; undefined when the commit does not have the input
 * @throws UserError when the commit does not exist, or when the input is not in files
 */
export async function atCommit<T>(
  ref: string,
  request: ViewRequest,
  reporter: Reporter,
  use: (request: ViewRequest) => Promise<T>,
  words: CommitWords,
): Promise<T | undefined> {
  const { input } = request
  const isOverlay = input.over.length > 0 || input.renders?.over === true
  checkInput(ref, request, allPaths(request), isOverlay, words)
  const cwd = await realpath(input.cwd)
  const git = new Git(cwd, input.env, words)
  const top = await realpath(await git.top())
  const commit = await git.commit(ref)
  return inTemporaryFolder(async (folder) => {
    const checkout = new Checkout(cwd, top, folder, words.label)
    await fill(checkout, git, commit, request, reporter)
    await checkout.close('')
    await mkdir(checkout.cwd, { recursive: true })
    const base = await translated(request, checkout)
    return hasFiles(base.input, isOverlay) ? await use(base) : undefined
  })
}

/**
 * Like `atCommit`, for an input without a proxy.
 * @throws as `atCommit`, and UserError when the commit does not have the input
 */
export async function inputAtCommit<T extends object>(
  ref: string,
  input: InputRequest,
  reporter: Reporter,
  use: (input: InputRequest) => Promise<T>,
  words: CommitWords,
): Promise<T> {
  const proxy = { proxy: undefined, node: undefined, metadata: new Map(), search: [] }
  const found = await atCommit(ref, { input, proxy }, reporter, (copy) => use(copy.input), words)
  if (found) return found
  throw new UserError(
    `${words.of(ref)}: the commit has no such file or folder`,
    'git ls-tree --name-only REF lists what it has',
  )
}
