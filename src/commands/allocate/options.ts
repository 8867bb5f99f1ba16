import type { Option } from 'commander'
import type { VipSource } from '../../index.ts'
import { choiceOption, option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type MarkOptions, onlyChangesOption } from '../overlay-options.ts'
import { choice } from '../values.ts'
import { type WatchOptions, watchOption } from '../watch/options.ts'

export interface AllocateOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml' | 'patch'
  readonly source?: readonly VipSource[]
}

const SOURCES: readonly VipSource[] = ['status', 'simulated', 'hashed', 'ordered', 'own', 'none']

const sourceOption = (): Option => {
  const parse = choice(SOURCES)
  const description = `only hosts whose addresses have this source: ${SOURCES.join(', ')}; repeatable`
  return choiceOption(option('--source <kind>', description, 'Query options:'), SOURCES).argParser(
    (text, before: readonly VipSource[] | undefined) => [...(before ?? []), parse(text)],
  )
}

export const allocateOptions = (): Option[] => [
  sourceOption(),
  outputOption(['text', 'json', 'yaml', 'patch']),
  onlyChangesOption(),
  watchOption(),
  ...inputOptions(),
]
