import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type DigOptions, digOptions } from './options.ts'

export const digCommand = (dispatch: Dispatch): Command =>
  defineCommand<DigOptions>(
    {
      name: 'dig',
      summary: "ask the proxy's DNS server for a name",
      description:
        "Answers a DNS question as the proxy's DNS server does, from the name table that istiod sends it. " +
        'For each record it prints the manifest and the rule behind it; for a forwarded question, the reason.',
      operands: [
        ['[name]', 'the name to look up; with +search, relative to the search domains'],
        ['[query...]', 'a record type (default: A), +short, +search'],
      ],
      options: digOptions,
      examples: [
        ['vipctl dig orders.db.example.com -f mesh/', 'from the manifests of a folder'],
        ['vipctl dig reviews +search -n shop -f mesh/', 'as a resolver in namespace shop asks'],
        ['vipctl dig -x 240.240.0.7 -f mesh/', 'which host has an address'],
        ['vipctl dig db.internal AAAA --meta DNS_CAPTURE=true -f mesh/', 'as if DNS capture were on'],
        ['vipctl dig --batch names.txt --node node.json -f mesh/ -o json', 'many questions at once'],
      ],
      load: async () => (await import('./run.ts')).dig,
    },
    dispatch,
  )
