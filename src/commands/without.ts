/** `--without`: computes as if objects were not there. */
import type { Option } from 'commander'
import { UserError } from '../common/errors.ts'
import { nearest } from '../common/nearest.ts'
import { computeMesh, type Mesh, type ProxyView, type Resource, type Snapshot } from '../index.ts'
import type { LoadedView } from '../input/proxy.ts'
import { option } from './command.ts'
import { collect } from './values.ts'

export interface WithoutOptions {
  readonly without?: readonly string[]
}

export const withoutOption = (): Option =>
  option(
    '--without <object>',
    'compute as if it were not there: EnvoyFilter, EnvoyFilter/NAME or KIND/NAMESPACE/NAME',
    'Query options:',
  ).argParser(collect)

const ofKind = (resource: Resource, kind: string): boolean => resource.kind.toLowerCase() === kind.toLowerCase()

function matches({ meta }: Resource, names: readonly string[]): boolean {
  const [first, second] = names
  if (first === undefined) return true
  return second === undefined ? meta.name === first : meta.namespace === first && meta.name === second
}

type Lists = Snapshot['istio']

/** @throws UserError when there is no such object */
function reduced(istio: Lists, text: string): Lists {
  const [kind = '', ...names] = text.split('/')
  const all = Object.values(istio).flat() as readonly Resource[]
  const gone = new Set(all.filter((resource) => ofKind(resource, kind) && matches(resource, names)))
  if (gone.size === 0) throw missing(all, text)
  const entries = Object.entries(istio).map(([name, list]) => [
    name,
    (list as readonly Resource[]).filter((resource) => !gone.has(resource)),
  ])
  return Object.fromEntries(entries) as Lists
}

function missing(all: readonly Resource[], text: string): UserError {
  const [kind = '', ...names] = text.split('/')
  const known = all.filter((resource) => ofKind(resource, kind))
  if (names.length > 2) return new UserError(`--without ${text} has too many parts`, 'write KIND/NAMESPACE/NAME')
  const close = nearest(
    names.at(-1) ?? '',
    known.map(({ meta }) => meta.name),
  )
  const hint = known.length === 0 ? 'it takes kinds of Istio, such as EnvoyFilter' : close && `did you mean ${close}?`
  return new UserError(`--without ${text}: the input has no such object`, hint)
}

/** A mesh and a proxy's view of it. */
interface View {
  readonly mesh: Mesh
  readonly view: ProxyView
}

/**
 * The view of a mesh without some of Istio's objects.
 * @throws UserError when there is no such object
 */
export function withoutObjects(loaded: LoadedView, { without = [] }: WithoutOptions): View {
  if (without.length === 0) return loaded
  const istio = without.reduce(reduced, loaded.mesh.snapshot.istio)
  const snapshot: Snapshot = { ...loaded.mesh.snapshot, istio, memory: undefined }
  return { mesh: computeMesh(snapshot), view: loaded.viewIn(snapshot)(new Map()) }
}
