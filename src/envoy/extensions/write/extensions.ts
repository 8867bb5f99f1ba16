/** Writes the filters of extensions (pilot/pkg/networking/core/extension/extensionfilter.go). */
import { LUA, RDS_SOURCE, WASM } from '../../filters/write/constants.ts'
import type { DiscoveredExtension, Filter } from '../../json.ts'
import type { ExtensionFilter, Extensions, Phase } from '../plan/extensions.ts'

/** Wasm comes by its own request, and until then, or if it fails, as a filter that refuses everything. */
const discovered = (name: string, typeUrls: readonly string[]): DiscoveredExtension => ({
  name,
  configDiscovery: { configSource: RDS_SOURCE, typeUrls },
})

function httpFilter({ name, lua }: ExtensionFilter): Filter {
  if (lua === undefined) return discovered(name, WASM.http)
  return { name, typedConfig: { '@type': LUA, defaultSourceCode: { inlineString: lua } } }
}

const NONE: readonly Filter[] = []

/** The filters of some phases in a connection manager. */
export const httpExtensions = (extensions: Extensions | undefined, ...phases: readonly Phase[]): readonly Filter[] =>
  extensions ? phases.flatMap((phase) => extensions.http[phase].map(httpFilter)) : NONE

/** The filters of some phases in a filter chain. */
export const networkExtensions = (
  extensions: Extensions | undefined,
  ...phases: readonly Phase[]
): readonly Filter[] =>
  extensions
    ? phases.flatMap((phase) => extensions.network[phase].map(({ name }) => discovered(name, WASM.network)))
    : NONE

/** All filters in a chain before its connection manager. */
export const extensionsBeforeHttp = (extensions: Extensions | undefined): readonly Filter[] =>
  networkExtensions(extensions, 'authn', 'authz', 'stats', 'none')
