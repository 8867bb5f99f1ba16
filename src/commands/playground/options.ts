import { InvalidArgumentError, type Option } from 'commander'
import { option, pathOption } from '../command.ts'
import type { OutputOptions } from '../session.ts'

export interface PlaygroundOptions extends OutputOptions {
  readonly out?: string
  readonly port?: number
  readonly bind?: string
  readonly allowRemote?: boolean
  /** false with --no-open. */
  readonly open?: boolean
}

const HIGHEST_PORT = 65_535

function parsePort(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= HIGHEST_PORT) return Number(text)
  throw new InvalidArgumentError(`Allowed are numbers from 0 to ${HIGHEST_PORT}.`)
}

const PAGE = 'Page options:'

export const playgroundOptions = (): Option[] => [
  option('--no-open', 'only print the address, and open no browser', PAGE),
  option('--port <port>', 'port of the page; 0, the default, is any free one', PAGE).argParser(parsePort),
  option('--bind <address>', 'address of the page (default: 127.0.0.1)', PAGE),
  option('--allow-remote', 'allow an address of --bind that other machines reach', PAGE),
  pathOption(option('--out <file>', 'write the page to a file instead; - for standard output', PAGE)),
]
