/** The order and cells of `proxy-config ecds` (istioctl writer/envoy/configdump/ecds.go). */
import { compareBytes } from '../../../common/bytes.ts'
import type { ExplainedExtension } from '../../../envoy/extensions/written.ts'
import { PADDING, type Table } from '../istioctl-table.ts'

const TYPE_URL = 'type.googleapis.com/'

const typeOf = ({ resource }: ExplainedExtension): string => {
  const url = resource.typedConfig?.['@type'] ?? ''
  return url.startsWith(TYPE_URL) ? url.slice(TYPE_URL.length) : url
}

/** By type, then by name. */
export function extensionTable(extensions: readonly ExplainedExtension[]): Table {
  const nameOf = ({ resource }: ExplainedExtension): string => resource.name ?? ''
  const sorted = [...extensions].sort(
    (a, b) => compareBytes(typeOf(a), typeOf(b)) || compareBytes(nameOf(a), nameOf(b)),
  )
  return {
    header: ['ECDS NAME', 'TYPE'],
    rows: sorted.map((extension) => ({
      cells: [nameOf(extension), typeOf(extension)],
      origins: () => extension.origins,
      subject: extension.resource,
    })),
    padding: PADDING,
  }
}
