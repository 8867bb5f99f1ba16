import { PATCHES_LEVELS, type PatchesAnswer, patchesMessage } from '../../answers/patches/message.ts'
import { lineDiffer, patchesLines } from '../../answers/patches/text.ts'
import { UserError } from '../../common/errors.ts'
import { hostFilter } from '../../common/globs.ts'
import { nearest } from '../../common/nearest.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { type EnvoyFilterResource, reportPatches } from '../../index.ts'
import type { Outcome, Session } from '../session.ts'
import type { PatchesOptions } from './options.ts'
import { loadProxies } from './proxies.ts'

/** @throws UserError when a name matches no EnvoyFilter */
function named(all: readonly EnvoyFilterResource[], names: readonly string[]): readonly EnvoyFilterResource[] {
  const ownerOf = ({ meta }: EnvoyFilterResource) => `${meta.namespace}/${meta.name}`
  const sorted = [...all].sort((a, b) => (ownerOf(a) < ownerOf(b) ? -1 : 1))
  if (names.length === 0) return sorted
  const matchers = names.map((name) => {
    const matches = hostFilter([name])
    const nameOf = (filter: EnvoyFilterResource) => (name.includes('/') ? ownerOf(filter) : filter.meta.name)
    const matcher = (filter: EnvoyFilterResource) => matches(nameOf(filter))
    if (all.some(matcher)) return matcher
    const close = nearest(name, all.map(nameOf))
    throw new UserError(`no EnvoyFilter ${JSON.stringify(name)} in the input`, close && `did you mean ${close}?`)
  })
  return sorted.filter((filter) => matchers.some((matches) => matches(filter)))
}

/** `vipctl patches` */
export async function patches(names: readonly string[], options: PatchesOptions, session: Session): Promise<Outcome> {
  const { mesh, proxies } = await loadProxies(options, session)
  const { snapshot } = mesh
  const filters = reportPatches(named(snapshot.istio.envoyFilters, names), proxies)
  const answer: PatchesAnswer = { release: snapshot.release, proxies: proxies.length, filters }
  const differ = await lineDiffer()
  const { output: format = 'text' } = options
  const forms: Forms = {
    lines: (width) => patchesLines(answer, { differ, width }),
    message: () => patchesMessage(answer),
    levels: PATCHES_LEVELS,
  }
  return { output: await formatOutput(format, forms, session.target) }
}
