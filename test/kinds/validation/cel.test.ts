import { describe, expect, it } from 'vitest'
import { celProblem } from '../../../src/kinds/validation/values/cel/index.ts'

describe('expressions in CEL', () => {
  it.each([
    'response.code >= 400',
    "response.code >= 400 && connection.mtls || request.url_path.startsWith('/api')",
    'has(request.headers) && !has(connection.x)',
    "request.headers['x-a'] in ['b', \"c\",]",
    'a ? b : c ? d : e',
    '!!a && --b == -9223372036854775808',
    'list.all(x, x > 0) && list.map(x, x > 1, x + 1).exists(y, y == 3u)',
    'google.rpc.Status{code: 1, message: r"\\d"}.code == 0x1F',
    '{"a": 1, b: [1.5e3, .5]}["a"] // comment',
    "'''several\nlines''' != b'\\x41\\101'",
    '.absolute.name(1)',
    '(a.b).c',
    '[,] == {}',
  ])('%s is one', (text) => {
    expect(celProblem(text)).toBeUndefined()
  })

  it.each([
    ['', 'unexpected the end (line 1, column 1)'],
    ['response.code >=', 'unexpected the end (line 1, column 17)'],
    ['a b', 'unexpected "b" (line 1, column 3)'],
    ['has(a)', 'has() must be a field'],
    ['x.all(y.z, true)', 'must be a name'],
    ['"open', 'no end'],
    ["'\\q'", 'escape'],
    ["'\\ud800'", 'not a character'],
    ['9223372036854775808', 'too large'],
    ['1e999', 'too large'],
    ['-!a', 'unexpected'],
    ['a.in', 'unexpected "in"'],
    ['package.x', 'reserved'],
    ['f(a,)', 'unexpected ")"'],
    ['a\n  # b', 'line 2, column 3'],
    [`${'('.repeat(100_000)}`, 'deeper than'],
  ])('%s is none', (text, problem) => {
    expect(celProblem(text)).toContain(problem)
  })
})
