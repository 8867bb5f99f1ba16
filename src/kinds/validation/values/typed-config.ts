/** Extensions that are named but not configured (pkg/config/validation/envoyfilter recurseMissingTypedConfig). */
import { isMapping, type JsonMapping, textAt } from '../../../sources/mapping.ts'
import { messageDescriptor } from '../../protobuf/index.ts'

/**
 * The extensions in a message that have a name but neither a `typedConfig` nor a `configDiscovery`. Lists are not
 * searched, as in the reference.
 * @param type the full name of the message's type
 * @returns their names, the innermost first
 */
export function withoutTypedConfig(type: string, message: JsonMapping): string[] {
  const descriptor = messageDescriptor(type)
  if (!descriptor) return []
  const found: string[] = []
  for (const [key, value] of Object.entries(message)) {
    const field = descriptor.byName.get(key)
    if (field?.holds === 'one' && field.value.of === 'message' && isMapping(value)) {
      found.push(...withoutTypedConfig(field.value.type, value))
    }
  }
  const isConfigured = Object.hasOwn(message, 'typedConfig') || Object.hasOwn(message, 'configDiscovery')
  if (descriptor.byName.has('typedConfig') && !isConfigured) found.push(textAt(message, 'name'))
  return found
}
