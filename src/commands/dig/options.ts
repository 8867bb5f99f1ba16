import type { Option } from 'commander'
import { option, outputOption, pathOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { collect } from '../values.ts'

export interface DigOptions extends ProxyOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly type?: string
  readonly short?: boolean
  readonly search?: readonly string[]
  readonly batch?: string
  readonly reverse?: string
}

const QUERY = 'Query options:'

export const digOptions = (): Option[] => [
  option('-t, --type <type>', 'record type', QUERY),
  option('-x, --reverse <address>', 'look up the name of an address (PTR), and name what has it', QUERY),
  option('--short', 'only the data of the records, like +short', QUERY),
  option('--search <domain>', "the resolver's search domain; repeatable", QUERY).argParser(collect),
  pathOption(option('--batch <file>', 'read questions from a file, one NAME [TYPE] per line; - for stdin', QUERY)),
  outputOption(['text', 'json', 'yaml']),
  ...inputOptions(),
]
