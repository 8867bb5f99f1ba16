import { describe, expect, it } from 'vitest'
import { parseGoUrl } from '../../../src/kinds/validation/values/go-url.ts'

describe('URLs', () => {
  it.each([
    ['oci://example.com:5000/x:1', 'oci'],
    ['HTTP://u:p@[::1]:80/a%20b?c#d', 'http'],
    ['example.com/x:1', ''],
    ['file:///x.wasm', 'file'],
    ['example.com:5000/x', 'example.com'],
    ['//host/path', ''],
  ])('%s has the scheme %s', (text, scheme) => {
    expect(parseGoUrl(text, 'reference')).toEqual({ scheme })
  })

  it.each([
    'http://a b/',
    'http://x/%zz',
    ':x',
    '1.2.3.4:80/x',
    'http://h:port/',
    'http://[::1/',
    'a\x01b',
    'http://x/#%2',
  ])('%s is refused', (text) => {
    expect(parseGoUrl(text, 'reference')).toBeUndefined()
  })

  it('of requests are absolute or begin with a slash', () => {
    expect(parseGoUrl('example.com/x', 'request')).toBeUndefined()
    expect(parseGoUrl('/x', 'request')).toEqual({ scheme: '' })
    expect(parseGoUrl('', 'request')).toBeUndefined()
  })
})
