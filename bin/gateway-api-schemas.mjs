/**
 * Writes src/kinds/crds/gateway-api.ts from the CRDs of the Gateway API.
 *
 * usage: node bin/gateway-api-schemas.mjs FOLDER
 *
 * FOLDER has the CRDs of the experimental channel: config/crd/experimental of a release. Only what the checks of
 * src/kinds/crds/ look at is written, and equal schemas once.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

const KINDS = new Set([
  'BackendTLSPolicy',
  'GRPCRoute',
  'Gateway',
  'GatewayClass',
  'HTTPRoute',
  'ListenerSet',
  'ReferenceGrant',
  'TCPRoute',
  'TLSRoute',
  'XBackendTrafficPolicy',
])

const COPIED = [
  'type',
  'required',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'maxProperties',
  'minimum',
  'maximum',
]

const schemas = []
const known = new Map()

/** The number of a schema in the table. */
function add(schema) {
  const text = JSON.stringify(schema)
  if (!known.has(text)) {
    known.set(text, schemas.length)
    schemas.push(schema)
  }
  return known.get(text)
}

function convert(schema) {
  const out = {}
  for (const key of COPIED) if (schema[key] !== undefined) out[key] = schema[key]
  if (schema.properties) {
    out.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [name, convert(inner)]),
    )
  }
  if (schema.items) out.items = convert(schema.items)
  if (typeof schema.additionalProperties === 'object') out.additionalProperties = convert(schema.additionalProperties)
  const kind = schema['x-kubernetes-list-type']
  if (kind === 'map') out.keys = schema['x-kubernetes-list-map-keys']
  if (kind === 'set') out.isSet = true
  // A rule about the former value is for updates only.
  const rules = (schema['x-kubernetes-validations'] ?? []).filter(({ rule }) => !rule.includes('oldSelf'))
  if (rules.length > 0) {
    out.rules = rules.map(({ rule, message }) => ({ rule: rule.trim(), ...(message && { message }) }))
  }
  return add(out)
}

const [folder] = process.argv.slice(2)
if (!folder) {
  console.error('usage: node bin/gateway-api-schemas.mjs FOLDER')
  process.exit(2)
}
const specs = {}
for (const file of readdirSync(folder).sort()) {
  for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
    const { spec } = document.toJS() ?? {}
    if (!KINDS.has(spec?.names?.kind)) continue
    for (const { name, schema } of spec.versions) {
      specs[`${spec.names.kind}/${name}`] = convert(schema.openAPIV3Schema.properties.spec)
    }
  }
}
const text = JSON.stringify({ schemas, specs }).replaceAll('\\', '\\\\').replaceAll("'", "\\'")
writeFileSync(
  new URL('../src/kinds/crds/gateway-api.ts', import.meta.url),
  `/** The schemas of the Gateway API (v1.6, experimental channel) as JSON. Written by bin/gateway-api-schemas.mjs. */\nexport const SCHEMAS =\n  '${text}'\n`,
)
