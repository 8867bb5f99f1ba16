import { describe, expect, it } from 'vitest'
import { tarFiles } from '../../../src/input/dumps/tar.ts'
import { archiveOf, binarySize, type Member, octalSize } from '../../support/tar.ts'

const LIMITS = { total: 100_000, file: 2_000, kept: 3_000 }

async function* inChunks(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function filesIn(bytes: Buffer, { size = 65_536, wants = (_: string): boolean => true, limits = LIMITS } = {}) {
  const files: Record<string, string> = {}
  for await (const { name, bytes: content } of tarFiles(inChunks(bytes, size), wants, limits)) {
    files[name] = content.toString('utf8')
  }
  return files
}

const pax = (record: string): string => {
  const length = record.length + 4
  return `${String(length).padStart(2, '0')} ${record}\n`
}

describe('an archive', () => {
  const long = `${'folder/'.repeat(30)}file`
  const members: readonly Member[] = [
    { name: 'a', text: 'one' },
    { name: 'folder', text: '', type: '5' },
    { name: 'empty', text: '' },
    { name: 'link', text: '', type: '2' },
    { name: '././@LongLink', text: `${long}\0`, type: 'L' },
    { name: long.slice(0, 100), text: 'gnu' },
    { name: 'PaxHeaders/x', text: pax('path=from/pax'), type: 'x' },
    { name: 'x', text: 'pax' },
    { name: 'b', text: 'x'.repeat(600), size: binarySize(600) },
  ]
  const files = { a: 'one', empty: '', [long]: 'gnu', 'from/pax': 'pax', b: 'x'.repeat(600) }

  it.each([1, 7, 512, 65_536])('is read in chunks of %s bytes', async (size) => {
    expect(await filesIn(archiveOf(members), { size })).toEqual(files)
  })

  it('is read without what is not wanted, whatever its size', async () => {
    const bytes = archiveOf([{ name: 'big', text: 'x'.repeat(5_000) }, ...members])
    expect(await filesIn(bytes, { wants: (name) => name === 'a' })).toEqual({ a: 'one' })
  })

  it.each<[string, Buffer]>([
    ['it is not a tar archive', Buffer.alloc(1024, 'x')],
    ['it is damaged', Buffer.concat([archiveOf([{ name: 'a', text: 'x' }]).subarray(0, 1024), Buffer.alloc(512, 'x')])],
    ['it is damaged', archiveOf([{ name: 'a', text: 'x', size: Buffer.from('not a number') }])],
    ['it is cut off', archiveOf([{ name: 'a', text: 'x' }]).subarray(0, 700)],
    ['it is cut off', archiveOf([{ name: 'a', text: 'x' }]).subarray(0, 300)],
    ['it is cut off', archiveOf([{ name: 'a', text: 'x', size: octalSize(1_999) }])],
    ['it has no files', Buffer.alloc(1024)],
    ['"a" in it is too large', archiveOf([{ name: 'a', text: 'x'.repeat(2_001) }])],
    ['"a" in it is too large', archiveOf([{ name: 'a', text: '', size: binarySize(0xffffffff) }])],
    ['larger than the limit', archiveOf(['a', 'b'].map((name) => ({ name, text: 'x'.repeat(1_900) })))],
    ['it unpacks to more than the limit', archiveOf([{ name: 'no', text: 'x'.repeat(200_000), type: '7' }])],
    ['a name in it is too long', archiveOf([{ name: 'a', text: '', type: 'L', size: octalSize(70_000) }])],
  ])('is refused: %s', async (words, bytes) => {
    await expect(filesIn(bytes)).rejects.toThrow(words)
  })
})
