/** Extension providers of the mesh configuration. */
import type { MeshConfig, MeshConfigExtensionProvider } from '../../../resources/mesh/mesh-config.ts'

/** Finds a provider by name, ignoring case. */
export function findProvider(mesh: MeshConfig, name: string): MeshConfigExtensionProvider | undefined {
  const lower = name.toLowerCase()
  return mesh.extensionProviders.find((provider) => provider.name.toLowerCase() === lower)
}
