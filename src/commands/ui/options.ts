import type { Option } from 'commander'
import { VIEW_IDS, type ViewId } from '../../ui/protocol.ts'
import { choiceOption, option } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'

export interface UiOptions extends ProxyOptions {
  readonly view?: ViewId
}

export const uiOptions = (): Option[] => [
  choiceOption(
    option('--view <name>', `list to start with: ${VIEW_IDS.join(', ')} (default: hosts)`, 'Query options:'),
    VIEW_IDS,
  ),
  ...inputOptions(),
]
