/** What a command touches of the world outside; tests put their own in its place. */

export interface OutputStream {
  readonly isTTY: boolean
  /** Width of the terminal; undefined when there is none. */
  readonly columns: number | undefined
  /** Resolves when more may be written. */
  write(text: string): Promise<void> | void
}

export interface Io {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly stdin: () => Promise<Buffer>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

function streamOf(stream: NodeJS.WriteStream): OutputStream {
  return {
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns
    },
    write(text) {
      if (stream.write(text)) return
      return new Promise((resolve) => stream.once('drain', resolve))
    },
  }
}

async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

export function processIo(): Io {
  return {
    stdout: streamOf(process.stdout),
    stderr: streamOf(process.stderr),
    stdin: readStdin,
    env: process.env,
    cwd: process.cwd(),
  }
}
