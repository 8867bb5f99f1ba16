/** The extensions that a proxy asks for by name (ECDS, core BuildExtensionConfiguration). */
import { compareBytes } from '../../common/bytes.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { JsonMapping } from '../../sources/mapping.ts'
import { textAt } from '../../sources/mapping.ts'
import type { Explained } from '../explained.ts'
import type { Extension } from '../json.ts'
import { type ProxyPatches, patchesFor } from '../patches/plan/patches.ts'
import { originsOf } from '../patches/write/effects.ts'
import { planExtensions, type WasmCode } from './plan/extensions.ts'
import { extensionOf } from './write/code.ts'

export type ExplainedExtension = Explained<Extension>

const codeOf = (code: WasmCode): ExplainedExtension => ({ resource: extensionOf(code), origins: [code.origin] })

/** What EnvoyFilters add, whatever their context. */
function addedBy(patches: ProxyPatches | undefined): readonly ExplainedExtension[] {
  const adds = patches?.patches.filter(
    ({ applyTo, operation }) => applyTo === 'EXTENSION_CONFIG' && operation === 'ADD',
  )
  return (adds ?? []).flatMap((patch) =>
    patch.value
      ? [
          {
            resource: patch.value as JsonMapping as unknown as Extension,
            origins: originsOf([{ patch, part: [], before: undefined, after: patch.value }]),
          },
        ]
      : [],
  )
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
  const all = [...addedBy(patches), ...(planExtensions(view)?.code.map(codeOf) ?? [])]
  if (all.length === 0) return all
  const names = new Set(asked())
  const nameOf = ({ resource }: ExplainedExtension): string => textAt(resource as unknown as JsonMapping, 'name')
  return all.filter((each) => names.has(nameOf(each))).sort((a, b) => compareBytes(nameOf(a), nameOf(b)))
}
