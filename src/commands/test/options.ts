import { InvalidArgumentError, type Option } from 'commander'
import { option, outputOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'

export const TEST_FORMATS = ['text', 'tap', 'junit', 'github', 'json'] as const

export interface TestOptions extends InputOptions {
  readonly output?: (typeof TEST_FORMATS)[number]
  readonly coverage?: boolean
  /** Percent. */
  readonly minCoverage?: number
  readonly watch?: boolean
}

const TEST = 'Test options:'

function parsePercent(text: string): number {
  const percent = /^\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : -1
  if (percent < 0 || percent > 100) throw new InvalidArgumentError('It is a number from 0 to 100.')
  return percent
}

export const testOptions = (): Option[] => [
  option('--coverage', 'print which routes and ServiceEntries no test reaches', TEST),
  option('--min-coverage <percent>', 'fail if tests reach less of them', TEST).argParser(parsePercent),
  option('-w, --watch', 'run again when suites or their inputs change, until interrupted', TEST),
  outputOption(TEST_FORMATS),
  ...manifestOptions(),
]
