/** Makes tar archives as Go's archive/tar does. */
const BLOCK = 512

/** @param sizeField the 12 bytes that state the size */
function header(name: string, type: string, sizeField: Buffer): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name.slice(0, 100), 0, 100)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  sizeField.copy(block, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

export const octalSize = (size: number): Buffer => Buffer.from(`${size.toString(8).padStart(11, '0')}\0`)

/** Sizes that do not fit into the digits are binary. */
export function binarySize(size: number): Buffer {
  const field = Buffer.alloc(12)
  field.writeUInt32BE(size, 8)
  field[0] = 0x80
  return field
}

export interface Member {
  readonly name: string
  readonly text: string
  /** `0` for a file. */
  readonly type?: string
  readonly size?: Buffer
}

function memberBlocks({ name, text, type = '0', size }: Member): Buffer {
  const bytes = Buffer.from(text)
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)
  return Buffer.concat([header(name, type, size ?? octalSize(bytes.length)), bytes, padding])
}

const END = Buffer.alloc(2 * BLOCK)

export const archiveOf = (members: readonly Member[]): Buffer => Buffer.concat([...members.map(memberBlocks), END])

/** @param files contents by name */
export const tarOf = (files: Readonly<Record<string, string>>): Buffer =>
  archiveOf(Object.entries(files).map(([name, text]) => ({ name, text })))
