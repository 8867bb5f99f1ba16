/** The extensions that a proxy asks for by name (ECDS, core BuildExtensionConfiguration). */
import { compareBytes } from '../../common/bytes.ts'
import { once } from '../../common/once.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type JsonMapping, textAt } from '../../sources/mapping.ts'
import type { Explained } from '../explained.ts'
import type { Extension } from '../json.ts'
import { type ProxyPatches, patchesFor } from '../patches/plan/patches.ts'
import { Effects, originsOf } from '../patches/write/effects.ts'
import { planExtensions, type WasmCode } from './plan/extensions.ts'
import { extensionOf } from './write/code.ts'

export type ExplainedExtension = Explained<Extension>

const codeOf = (code: WasmCode): ExplainedExtension => ({ resource: extensionOf(code), origins: [code.origin] })

const nameOf = ({ resource }: ExplainedExtension): string => textAt(resource as unknown as JsonMapping, 'name')

/** What EnvoyFilters add, whatever their context. */
function* addedBy(patches: ProxyPatches | undefined, isAsked: (name: string) => boolean): Iterable<ExplainedExtension> {
  for (const patch of patches?.patches ?? []) {
    const { applyTo, operation, value } = patch
    if (applyTo !== 'EXTENSION_CONFIG' || operation !== 'ADD' || !value) continue
    const name = textAt(value, 'name')
    if (!isAsked(name)) continue
    const effects = new Effects('extension', name, patches?.record)
    effects.add({ patch, part: [], before: undefined, after: value })
    yield { resource: value as unknown as Extension, origins: originsOf(effects.list) }
  }
}

/**
 * The extensions that istiod has for a proxy, by name; those of EnvoyFilters come before code of the same name.
 * @param asked gives the names that its listeners ask for; called only if there is an extension
 */
export function extensionsOf(
  view: ProxyView,
  asked: () => Iterable<string>,
  patches: ProxyPatches | undefined = patchesFor(view),
): readonly ExplainedExtension[] {
  const names = once(() => new Set(asked()))
  const isAsked = (name: string): boolean => names().has(name)
  const code = (planExtensions(view)?.code ?? []).filter(({ name }) => isAsked(name)).map(codeOf)
  return [...addedBy(patches, isAsked), ...code].sort((a, b) => compareBytes(nameOf(a), nameOf(b)))
}
