import { describe, expect, test } from 'vitest'
import { parseDocuments } from '../../src/sources/index.ts'

const load = (text: string) => parseDocuments({ name: 'in.yaml', text }, '')

function valueOf(scalar: string): unknown {
  const { documents, problems } = load(`a: ${scalar}\n`)
  expect(problems).toEqual([])
  return (documents[0]?.value as Record<string, unknown> | undefined)?.a
}

function keyOf(scalar: string): string {
  const { documents, problems } = load(`${scalar}: x\n`)
  expect(problems).toEqual([])
  return Object.keys(documents[0]?.value as object).join()
}

const TRUE = 'y Y yes Yes YES on On ON true True TRUE'.split(' ')
const FALSE = 'n N no No NO off Off OFF false False FALSE'.split(' ')

describe('plain scalars are read as YAML 1.1', () => {
  test.each(TRUE)('%s is true', (word) => {
    expect(valueOf(word)).toBe(true)
    expect(keyOf(word)).toBe('true')
  })

  test.each(FALSE)('%s is false', (word) => {
    expect(valueOf(word)).toBe(false)
    expect(keyOf(word)).toBe('false')
  })

  test.each(['', '~', 'null', 'Null', 'NULL'])('"%s" is null', (word) => {
    expect(valueOf(word)).toBeNull()
  })

  test.each([
    ['0', 0],
    ['80', 80],
    ['-7', -7],
    ['+7', 7],
    ['1_000', 1000],
    ['010', 8],
    ['-010', -8],
    ['0o17', 15],
    ['0x1F', 31],
    ['0x_1F', 31],
    ['-0x1f', -31],
    ['0b101', 5],
    ['08', 8],
    ['9007199254740993', 2 ** 53],
    ['18446744073709551615', 2 ** 64],
    ['18446744073709551616', 2 ** 64],
    ['1.10', 1.1],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['1e3', 1000],
    ['1.5E-2', 0.015],
    ['1_0.5', 10.5],
  ])('%s is the number %d', (text, number) => {
    expect(valueOf(text)).toBe(number)
  })

  test.each([
    '1:30',
    '10.0.0.1',
    '2024-1-2',
    '2024-01-02T03:04:05Z',
    '2024-1-2 3:4:5',
    'yEs',
    'tRUE',
    'nULL',
    '1e400',
    '0x',
    '0x1FFFFFFFFFFFFFFFFF',
    '0b2',
    '1.2.3',
    '-',
    '.',
    '+',
    '80/tcp',
    'v1',
    '=',
    '<<',
  ])('%s is text', (text) => {
    expect(valueOf(text === '-' ? '"-"' : text)).toBe(text)
  })

  test.each(['"on"', "'on'", '!!str on'])('%s is text, for it is quoted or tagged', (text) => {
    expect(valueOf(text)).toBe('on')
  })

  test.each(['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '-.Inf'])(
    '%s cannot be told in JSON: the document is refused',
    (text) => {
      const { documents, problems } = load(`a: 1\nb: ${text}\n`)
      expect(documents).toEqual([])
      expect(problems).toMatchObject([{ severity: 'error', at: { line: 2, column: 4 } }])
    },
  )
})

describe('plain keys become the text of what they are read as', () => {
  test.each([
    ['80', '80'],
    ['010', '8'],
    ['0x10', '16'],
    ['1_000', '1000'],
    ['9007199254740993', '9007199254740993'],
    ['1.10', '1.1'],
    ['1e3', '1000'],
    ['1e6', '1e+06'],
    ['123456.789', '123456.79'],
    ['0.00001', '1e-05'],
    ['.inf', '.inf'],
    ['2024-1-2', '2024-1-2'],
    ['"010"', '010'],
    ['"on"', 'on'],
    ['!!str 010', '010'],
    ['host', 'host'],
  ])('%s is the key %s', (text, key) => {
    expect(keyOf(text)).toBe(key)
  })

  test.each(['~', 'null', '18446744073709551615'])('%s is not a key', (text) => {
    expect(load(`${text}: x\n`)).toMatchObject({ documents: [], problems: [{ severity: 'error' }] })
  })
})

describe('tags', () => {
  test.each([
    ['!!int "12"', 12],
    ['!!float 1', 1],
    ['!!bool "yes"', true],
    ['!!null ""', null],
    ['!!str', ''],
    ['!!binary aGVsbG8=', 'hello'],
    ['!!binary "aGVs\\nbG8="', 'hello'],
    ['!<tag:yaml.org,2002:str> 12', '12'],
    ['!mine 12', '12'],
    ['! 12', '12'],
    ['!mine [1]', [1]],
  ])('%s', (text, value) => {
    expect(valueOf(text)).toEqual(value)
  })

  test('a %TAG directive names the core tags', () => {
    const { documents } = load('%TAG !e! tag:yaml.org,2002:\n---\na: !e!int "1"\n')
    expect(documents[0]?.value).toEqual({ a: 1 })
  })

  test.each(['!!int x', '!!int 1.5', '!!bool 1', '!!null x', '!!binary "*"'])('%s does not fit', (text) => {
    expect(load(`a: ${text}\n`)).toMatchObject({ documents: [], problems: [{ severity: 'error', at: { line: 1 } }] })
  })
})
