import { describe, expect, it } from 'vitest'
import { Random } from '../../fuzz/random.ts'
import { meshConfig } from '../../support/mesh.ts'
import { CLIENT, entry, listenersOf } from '../listeners/proxy-view.ts'

const MESHES = 40

const PROVIDERS = `
extensionProviders:
- {name: __proto__, envoyFileAccessLog: {path: /p, logFormat: {labels: {__proto__: '%PROTOCOL%', constructor: x}}}}
- {name: file, envoyFileAccessLog: {path: /f, omitEmptyValues: true}}
- {name: als, envoyTcpAls: {service: a.example.com, port: 1}}
- {name: otel, envoyOtelAls: {service: default/a.example.com, port: 1, logFormat: {text: x, labels: {__proto__: y}}}}
- {name: lost, envoyHttpAls: {service: nowhere.example.com, port: 1}}
- {name: zipkin, zipkin: {service: a.example.com, port: 9411}}
- {name: trace, opentelemetry: {service: a.example.com, port: 4317, http: {path: '../%zz é', timeout: 1s}}}`

const NAMES = ['__proto__', 'file', 'als', 'otel', 'lost', 'zipkin', 'trace', 'prometheus', 'constructor', 'envoy']
const MODES = ['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']
const PHASES = ['AUTHN', 'AUTHZ', 'STATS']

/** Random Telemetries and extensions of the client's namespace and of the root namespace. */
class Objects {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  #maybe<T>(make: () => T): T | undefined {
    return this.#random.below(2) === 0 ? make() : undefined
  }

  #providers() {
    return this.#maybe(() => [{ name: this.#random.pick(NAMES) }, { name: this.#random.pick(NAMES) }])
  }

  #match() {
    return this.#maybe(() => ({ mode: this.#random.pick(MODES) }))
  }

  #telemetry() {
    const metric = {
      match: { metric: 'REQUEST_COUNT', ...this.#match() },
      tagOverrides: { ['__proto__']: { value: 'x' } },
    }
    return {
      selector: this.#maybe(() => ({ matchLabels: { app: this.#random.pick(['client', 'other']) } })),
      accessLogging: [
        { match: this.#match(), providers: this.#providers(), disabled: this.#maybe(() => true) },
        { match: this.#match(), providers: this.#providers(), filter: this.#maybe(() => ({ expression: 'true' })) },
      ],
      tracing: [
        {
          match: this.#match(),
          providers: this.#providers(),
          customTags: { ['__proto__']: { literal: { value: 'x' } } },
        },
      ],
      metrics: [{ providers: this.#providers(), overrides: [metric, { match: this.#match(), disabled: true }] }],
    }
  }

  #extension() {
    const ports = this.#maybe(() => [{ number: this.#random.pick([80, 8080, 3306, 1]) }])
    return {
      selector: this.#maybe(() => ({ matchLabels: { app: this.#random.pick(['client', 'other']) } })),
      phase: this.#maybe(() => this.#random.pick(PHASES)),
      priority: this.#maybe(() => this.#random.below(3)),
      match: this.#maybe(() => [{ mode: this.#random.pick(MODES), ports }]),
    }
  }

  object(index: number): string {
    const kind = this.#random.pick(['Telemetry', 'WasmPlugin', 'TrafficExtension'])
    const group = kind === 'Telemetry' ? 'telemetry.istio.io/v1' : 'extensions.istio.io/v1alpha1'
    const namespace = this.#random.pick(['default', 'istio-system', 'other'])
    const code = this.#random.pick([{ lua: { inlineCode: 'x' } }, { wasm: { url: 'oci://x', type: 'NETWORK' } }])
    const plugin = { url: 'oci://x', type: this.#random.pick(['HTTP', 'NETWORK']) }
    const extension = { ...this.#extension(), ...(kind === 'WasmPlugin' ? plugin : code) }
    const spec = kind === 'Telemetry' ? this.#telemetry() : extension
    const metadata = { name: `o-${index}`, namespace }
    return `${JSON.stringify({ apiVersion: group, kind, metadata, spec })}\n---\n`
  }
}

const EXTENSION = 'extensions.istio.io/trafficextension/'
const ORDER = [...PHASES, '']

/** The names of extensions in a chain: those of connections, then those of requests. */
function extensionsOf(filters: readonly { name: string; typedConfig?: unknown }[]): string[][] {
  const manager = filters.at(-1)?.typedConfig as { httpFilters?: { name: string }[] } | undefined
  return [filters, manager?.httpFilters ?? []].map((list) =>
    list.map(({ name }) => name).filter((name) => name.startsWith(EXTENSION)),
  )
}

describe('random Telemetries and extensions', () => {
  it(`make filters in order, each with its origin, in ${MESHES} meshes`, () => {
    const random = new Random(11)
    let seen = 0
    for (let mesh = 0; mesh < MESHES; mesh++) {
      const objects = new Objects(random)
      const texts = Array.from({ length: 8 }, (_, index) => objects.object(index))
      const manifests = meshConfig(PROVIDERS) + entry('a', 'HTTP', 80) + entry('b', 'TCP', 3306) + CLIENT
      const { listeners } = listenersOf(`${manifests}\n---\n${texts.join('')}`)
      const phases = new Map(texts.map((text, index) => [`o-${index}`, /"phase":"([A-Z]+)"/.exec(text)?.[1] ?? '']))
      for (const { resource, chains } of listeners) {
        const { filterChains, defaultFilterChain } = JSON.parse(JSON.stringify(resource))
        const written = defaultFilterChain ? [...filterChains, defaultFilterChain] : filterChains
        expect(written).toHaveLength(chains.length)
        for (const [index, { filters }] of written.entries()) {
          const origins = new Set(chains[index]?.map(({ what }) => what.split('/').at(-1)))
          for (const names of extensionsOf(filters)) {
            const objectsOf = names.map((name) => name.slice(EXTENSION.length).split(/[.~]/)[1] ?? '')
            for (const name of objectsOf) expect(origins).toContain(name)
            const ranks = objectsOf.map((name) => ORDER.indexOf(phases.get(name) ?? ''))
            expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
            seen += names.length
          }
        }
      }
    }
    expect(seen).toBeGreaterThan(MESHES)
  })
})
