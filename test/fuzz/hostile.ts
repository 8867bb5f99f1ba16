/** Scalars that often break programs. */
import type { JsonValue } from '../../src/sources/document.ts'
import type { Random } from './random.ts'

/** Names of properties that every JavaScript object inherits. */
export const INHERITED = [
  '__proto__',
  'toString',
  'hasOwnProperty',
  'constructor',
  'valueOf',
  'prototype',
  '__defineGetter__',
]

const CONTROLS = [
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b2J',
  'a\u0000b',
  'a\nb',
  'a\r\nb',
  'tab\there',
  '\u007f',
  '\u0085',
  '\u202egnp.exe',
  '\u2066x\u2069',
  '\u200f',
  '\u061c',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ud800',
  'pay\u200b.example.com',
  'soft\u00adhyphen',
  '\u034f',
  '\u3164',
  'heart\u2764\ufe0f',
  '\u{e0041}\u{e007f}',
  '\u{e0100}',
]

/** What CI systems take for commands at the start of a line, or anywhere. */
const CI_COMMANDS = [
  '::add-mask::x',
  '::stop-commands::x',
  '  ::error file=a::b',
  'a\n::add-mask::x\n',
  'a\n ::group::x',
  '##[add-mask]x',
  '##vso[task.setvariable variable=a]b',
  "##teamcity[message text='x']",
]

const NAMES = [
  '',
  ' ',
  '.',
  '..',
  '...',
  '*',
  '*.',
  '*.*',
  '**',
  '*.com',
  '~',
  '/',
  '*/*',
  './*',
  '~/*',
  'a/b/c',
  'a.b',
  'UPPER.Example.COM',
  'bücher.example',
  'xn--bcher-kva.example',
  '💥.example.com',
  'مثال.إختبار',
  'a..b.com',
  '-a-.com',
  'db.example.com.',
  'outbound|80||db.example.com',
  'unix:///var/run/x.sock',
  '@abstract',
  '../../etc/passwd',
  '--help',
  '-',
  '$1',
  '$&',
  `\${HOME}`,
  '{{ .Values.name }}',
  '%DOWNSTREAM_REMOTE_ADDRESS%',
  '(a+)+$',
  '[',
  '(?i)x',
  'a'.repeat(64),
  'a.'.repeat(200),
]

const ADDRESSES = [
  '0.0.0.0',
  '::',
  '::1',
  '127.0.0.1',
  '255.255.255.255',
  '240.240.0.1',
  '2001:2::1',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  '1.2.3.4/33',
  '1.2.3.4/',
  'fe80::1%eth0',
  '::ffff:1.2.3.4',
  '1.2.3',
  '010.1.1.1',
  '0x7f.1',
  '2001:db8::/129',
]

const SCALARS_AS_TEXT = [
  'true',
  'null',
  'NaN',
  '-0',
  '1e400',
  '0x10',
  '1_000',
  '99999999999999999999999',
  '80',
  '-1',
  '65536',
  '1s',
  '-1s',
  '0.0000000001s',
  '999999999999999s',
  '1h1m',
  'P1D',
  '2020-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '2020-02-30T25:61:61Z',
]

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  80,
  15001,
  15006,
  65535,
  65536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 63,
  1e21,
  1e300,
  -1e300,
  0.5,
  1e-7,
]

const TEXTS = [INHERITED, INHERITED, CONTROLS, CONTROLS, CI_COMMANDS, NAMES, ADDRESSES, SCALARS_AS_TEXT]
const LONG = 20_000

export function hostileText(random: Random): string {
  if (random.chance(0.01)) return random.pick(['a', 'a.', '*', '(', '\u001b', '💥']).repeat(LONG)
  return random.pick(random.pick(TEXTS))
}

/** A key for a mapping. */
export function hostileKey(random: Random): string {
  return random.chance(0.6) ? random.pick(INHERITED) : hostileText(random)
}

export const hostileNumber = (random: Random): number => random.pick(NUMBERS)

/** Usually of the same type as the value, so that it gets past decoding. */
export function hostileLike(value: JsonValue, random: Random): JsonValue {
  if (random.chance(0.7)) {
    if (typeof value === 'string') return hostileText(random)
    if (typeof value === 'number') return hostileNumber(random)
    if (typeof value === 'boolean') return !value
  }
  return random.pick<() => JsonValue>([
    () => hostileText(random),
    () => hostileNumber(random),
    () => null,
    () => true,
    () => false,
    () => [],
    () => ({}),
    () => [[]],
    () => [null],
    () => ({ '': null }),
    () => ({ [hostileKey(random)]: hostileText(random) }),
    () => [hostileText(random), hostileNumber(random)],
  ])()
}
