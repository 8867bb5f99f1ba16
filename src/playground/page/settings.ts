/** The settings above the answers: which proxy, which Istio, and whether the proxy captures DNS. */
import type { MeshAnswer, PageProxy, Settings } from '../messages.ts'
import { byId, el } from './dom.ts'

/** The fields of the settings. */
export class SettingsBar {
  readonly #proxy = byId<HTMLSelectElement>('proxy')
  readonly #version = byId<HTMLSelectElement>('version')
  readonly #capture = byId<HTMLSelectElement>('capture')
  readonly #clusterId = byId<HTMLInputElement>('cluster-id')
  readonly #remotes = byId<HTMLInputElement>('remotes')
  /** '' until the user chooses a proxy. */
  #chosen = ''
  #listed = ''

  /** @param changed is called when the user changes a setting */
  constructor(versions: readonly string[], changed: () => void) {
    const unstated = el('option', { value: '' }, 'as in the manifests')
    this.#version.append(unstated, ...versions.map((version) => el('option', { value: version }, version)))
    this.#proxy.addEventListener('change', () => {
      this.#chosen = this.#proxy.value
      changed()
    })
    for (const field of [this.#version, this.#capture, this.#clusterId, this.#remotes]) {
      field.addEventListener('change', changed)
    }
  }

  get value(): Settings {
    const capture = this.#capture.value
    return {
      version: this.#version.value,
      capture: capture === 'true' || capture === 'false' ? capture : 'mesh',
      proxy: this.#chosen,
      clusterId: this.#clusterId.value.trim(),
      remotes: this.#remotes.value.trim(),
    }
  }

  set value({ version, capture, proxy, clusterId, remotes }: Settings) {
    this.#version.value = version
    if (this.#version.selectedIndex < 0) this.#version.value = ''
    this.#capture.value = capture
    this.#chosen = proxy
    this.#clusterId.value = clusterId
    this.#remotes.value = remotes
    byId<HTMLDetailsElement>('clusters').open = clusterId !== '' || remotes !== ''
  }

  captureDns(): void {
    this.#capture.value = 'true'
  }

  /** Shows the proxies of the mesh, and which of them applies. */
  show({ proxies, moreProxies, chosen }: MeshAnswer): void {
    const known = proxies.some(({ value }) => value === chosen)
    const others: PageProxy[] = known
      ? []
      : [{ value: chosen, label: chosen.slice(chosen.indexOf(' ') + 1), group: 'Any sidecar' }]
    const all = [...others, ...proxies]
    const listed = JSON.stringify([all, moreProxies])
    // An open menu stays open while the user types elsewhere.
    if (listed !== this.#listed) {
      this.#listed = listed
      const groups = (['Any sidecar', 'Workloads', 'Gateways'] as const).flatMap((group) => {
        const own = all.filter((proxy) => proxy.group === group)
        const options = own.map(({ value, label }) => el('option', { value }, label))
        return own.length > 0 ? [el('optgroup', { label: group }, ...options)] : []
      })
      const more = moreProxies > 0 ? [el('option', { disabled: true }, `${moreProxies} more`)] : []
      this.#proxy.replaceChildren(...groups, ...more)
    }
    this.#proxy.value = chosen
  }
}
