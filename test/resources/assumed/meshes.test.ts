/** Compares meshes of the conformance set with the same meshes without cluster IPs: only the addresses may differ. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ipFamily } from '../../../src/common/addresses.ts'
import type { JsonValue } from '../../../src/sources/document.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import { folderOf, vipctl } from '../../commands/cli.ts'
import { type ConformanceCase, readCase } from '../../conformance/cases.ts'
import { allCases } from '../../conformance/sets.ts'

type Mapping = { [key: string]: JsonValue }

const MESHES = 60

const isMapping = (value: JsonValue | undefined): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The files of a case with their texts: the config cluster's, then those of remote clusters. */
const filesOf = ({ folder, remotes }: ConformanceCase): readonly (readonly [name: string, text: string])[] =>
  ['input', ...remotes.map((id) => `clusters/${id}`)].map(
    (name) => [`${name}.yaml`, readFileSync(join(folder, `${name}.yaml`), 'utf8')] as const,
  )

const valuesOf = (text: string): readonly JsonValue[] =>
  parseDocuments({ name: 'mesh', text }, '').documents.map(({ value }) => value)

/** An object, or those of a list. */
function objectsIn(value: JsonValue): readonly Mapping[] {
  if (!isMapping(value)) return []
  return Array.isArray(value.items) ? value.items.flatMap(objectsIn) : [value]
}

const servicesIn = (values: readonly JsonValue[]): readonly Mapping[] =>
  values.flatMap(objectsIn).filter(({ kind }) => kind === 'Service')

function statedIps({ spec }: Mapping): readonly string[] {
  if (!isMapping(spec)) return []
  const { clusterIP, clusterIPs } = spec
  const all = Array.isArray(clusterIPs) && clusterIPs.length > 0 ? clusterIPs : [clusterIP]
  return all.filter((ip) => typeof ip === 'string' && ipFamily(ip) !== 0) as string[]
}

/** Names the families in place of the addresses, because the default would be IPv4. */
function withoutClusterIps(service: Mapping): void {
  const ips = statedIps(service)
  if (ips.length === 0 || !isMapping(service.spec)) return
  const { clusterIP: _, clusterIPs: __, ...spec } = service.spec
  service.spec = { ...spec, ipFamilies: ips.map((ip) => (ipFamily(ip) === 6 ? 'IPv6' : 'IPv4')) }
}

/** One document per line, so line numbers do not depend on the content. */
const linesOf = (values: readonly JsonValue[]): string => values.map((value) => JSON.stringify(value)).join('\n---\n')

/** The two forms of a mesh. */
interface Forms {
  readonly meshCase: ConformanceCase
  readonly stated: string
  readonly left: string
}

function formsOf(meshCase: ConformanceCase): Forms {
  const stated: Record<string, string> = {}
  const left: Record<string, string> = {}
  for (const [name, text] of filesOf(meshCase)) {
    const values = valuesOf(text)
    stated[name] = linesOf(values)
    for (const service of servicesIn(values)) withoutClusterIps(service)
    left[name] = linesOf(values)
  }
  const nodes = Object.fromEntries(meshCase.proxies.map(({ name, node }) => [`${name}.json`, JSON.stringify(node)]))
  return { meshCase, stated: folderOf({ ...stated, ...nodes }), left: folderOf({ ...left, ...nodes }) }
}

/** Whether only one Service has each cluster IP, and nothing else has it. */
function isFit(meshCase: ConformanceCase): boolean {
  const texts = filesOf(meshCase).map(([, text]) => text)
  const ips = texts.flatMap((text) => servicesIn(valuesOf(text)).flatMap((service) => [...new Set(statedIps(service))]))
  const lines = new Map(ips.map((ip) => [ip, 0]))
  if (lines.size === 0 || lines.size < ips.length) return false
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    for (const word of new Set(line.split(/[^\w.:]+/))) {
      const count = lines.get(word)
      if (count !== undefined) lines.set(word, count + 1)
    }
  }
  return [...lines.values()].every((count) => count <= 2)
}

/** This many meshes, evenly spread over all suitable ones. */
function sample(): readonly ConformanceCase[] {
  const fit = allCases()
    .map(({ folder, name }) => readCase(folder, name))
    .filter(isFit)
  const rank = (index: number): number => Math.floor((index * MESHES) / fit.length)
  return fit.filter((_, index) => index === 0 || rank(index) !== rank(index - 1))
}

const inputFlags = ({ clusterId, remotes, istiodEnv }: ConformanceCase): readonly string[] => [
  ...['-f', 'input.yaml', '--cluster-id', clusterId],
  ...remotes.flatMap((id) => ['--remote', `${id}=clusters/${id}.yaml`]),
  ...[...istiodEnv].flatMap(([key, value]) => ['--istiod-env', `${key}=${value}`]),
]

const MESH_COMMANDS = ['allocate', 'clusters', 'conflicts -A', 'gateways', 'lint', 'proxies'].map((line) =>
  line.split(' '),
)
/** A mesh runs some of these commands, and the next mesh the next ones, so that each runs for many meshes. */
const COMMANDS_OF_A_MESH = 2

function commandsFor({ proxies }: ConformanceCase, index: number): readonly (readonly string[])[] {
  const first = (index * COMMANDS_OF_A_MESH) % MESH_COMMANDS.length
  return [
    ...MESH_COMMANDS.slice(first, first + COMMANDS_OF_A_MESH),
    ...proxies.map(({ name }) => ['dump', '--node', `${name}.json`]),
  ]
}

/**
 * The parts that must be equal in both forms: the order of lists may depend on addresses, and columns on the content of
 * a line.
 */
function comparable(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(comparable)
      .map((item) => JSON.stringify(item))
      .sort()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !['column', 'endColumn', 'assumed'].includes(key))
      .map(([key, item]) => [key, comparable(item)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

interface AssumedAddress {
  readonly address: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly location: { readonly file: string }
}

/** Assumed addresses with the stated addresses of the same Services, in order. */
async function addressesOf({ meshCase, stated, left }: Forms): Promise<ReadonlyMap<string, string>> {
  const [proxy] = meshCase.proxies
  const flags = [...inputFlags(meshCase), ...(proxy ? ['--node', `${proxy.name}.json`] : [])]
  const { stdout } = await vipctl(['dump', ...flags], { cwd: left })
  const { assumed = [] } = JSON.parse(stdout) as { assumed?: readonly AssumedAddress[] }
  const ofServices = assumed.filter(({ kind }) => kind === 'Service')
  const out = new Map<string, string>()
  for (const [file] of filesOf(meshCase)) {
    for (const service of servicesIn(valuesOf(readFileSync(join(stated, file), 'utf8')))) {
      const { name, namespace = 'default' } = service.metadata as Mapping
      const own = ofServices.filter(
        (each) => each.location.file === file && each.name === name && each.namespace === namespace,
      )
      const ips = statedIps(service)
      expect(own).toHaveLength(ips.length)
      for (const [index, ip] of ips.entries()) out.set(own[index]?.address ?? '', ip)
    }
  }
  return out
}

function withStated(text: string, addresses: ReadonlyMap<string, string>): string {
  return text.replace(
    /(?<![\d.])\d+(?:\.\d+){3}(?![\d.])|[0-9a-f]*:[0-9a-f:]+/g,
    (found) => addresses.get(found) ?? found,
  )
}

const SAMPLE = sample()

describe.each(SAMPLE.map((meshCase, index) => [meshCase.name, meshCase, index] as const))(
  '%s without cluster IPs',
  (_, meshCase, index) => {
    it('is what it was with them', async () => {
      const forms = formsOf(meshCase)
      const addresses = await addressesOf(forms)
      expect(addresses.size).toBeGreaterThan(0)
      for (const command of commandsFor(meshCase, index)) {
        const argv = [...command, ...inputFlags(meshCase), '-o', 'json']
        const before = await vipctl(argv, { cwd: forms.stated })
        const after = await vipctl(argv, { cwd: forms.left })
        const data = (text: string): unknown => comparable(text === '' ? '' : JSON.parse(text))
        expect(data(withStated(after.stdout, addresses)), command.join(' ')).toEqual(data(before.stdout))
        expect(after.code, command.join(' ')).toBe(before.code)
      }
    })
  },
)

it('takes so many meshes', () => {
  expect(SAMPLE).toHaveLength(MESHES)
})
