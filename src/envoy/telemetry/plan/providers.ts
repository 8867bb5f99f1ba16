/** Extension providers of the mesh configuration. */
import type { ProviderRef } from '../../../kinds/messages/telemetry.ts'
import type { MeshConfig, MeshConfigExtensionProvider } from '../../../resources/mesh/mesh-config.ts'

/** Finds a provider by name, ignoring case. */
export function findProvider(mesh: MeshConfig, name: string): MeshConfigExtensionProvider | undefined {
  const lower = name.toLowerCase()
  return mesh.extensionProviders.find((provider) => provider.name.toLowerCase() === lower)
}

/** The names of the providers of an entry. */
export const namesOf = (providers: readonly ProviderRef[]): readonly string[] => providers.map(({ name }) => name)
