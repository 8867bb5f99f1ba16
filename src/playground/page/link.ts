/** The state of the page as the fragment of a link, which browsers do not send to any server. */
import { DEFAULT_SETTINGS, type PageFile, type Settings } from '../messages.ts'

export const PANELS = ['names', 'dns', 'listeners', 'findings', 'trace'] as const
export type PanelName = (typeof PANELS)[number]

/** What a link restores. */
export interface PageState {
  readonly files: readonly PageFile[]
  readonly settings: Settings
  readonly panel: PanelName
  readonly dns: string
  readonly trace: string
  readonly headers: string
}

const KEY = 's='
/** A link may come from a stranger, so the size of its decompressed content is limited. */
const LARGEST = 32 * 1024 * 1024

async function piped(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough<Uint8Array<ArrayBuffer>>(stream).getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > LARGEST) {
      await reader.cancel()
      throw new Error('it is too large')
    }
    parts.push(value)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

function base64url(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)))
  return btoa(pieces.join('')).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}

/** The fragment of a link, with its `#`. */
export async function fragmentOf(state: PageState): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state)) as Uint8Array<ArrayBuffer>
  return `#${KEY}${base64url(await piped(bytes, new CompressionStream('deflate-raw')))}`
}

const text = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise)
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

/** Takes what a state has of the expected types, wherever it comes from. */
export function stateOf(value: unknown): PageState {
  const { files, settings, panel, dns, trace, headers } = record(value)
  const { version, capture, proxy, clusterId, remotes } = record(settings)
  return {
    files: (Array.isArray(files) ? files : []).map((file) => {
      const { name, text: content } = record(file)
      return { name: text(name, 'manifests.yaml'), text: text(content) }
    }),
    settings: {
      version: text(version),
      capture: capture === 'true' || capture === 'false' ? capture : DEFAULT_SETTINGS.capture,
      proxy: text(proxy),
      clusterId: text(clusterId),
      remotes: text(remotes),
    },
    panel: PANELS.find((name) => name === panel) ?? 'names',
    dns: text(dns),
    trace: text(trace),
    headers: text(headers),
  }
}

/**
 * The state in the fragment of an address; undefined if it has none.
 * @throws Error when it cannot be read
 */
export async function stateIn(fragment: string): Promise<PageState | undefined> {
  if (!fragment.startsWith(`#${KEY}`)) return undefined
  const bytes = await piped(bytesOf(fragment.slice(KEY.length + 1)), new DecompressionStream('deflate-raw'))
  return stateOf(JSON.parse(new TextDecoder().decode(bytes)))
}
