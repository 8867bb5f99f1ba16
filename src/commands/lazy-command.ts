/** Commands that create their arguments and options on first use: a run needs those of one command only. */
import { Command } from 'commander'

export class LazyCommand extends Command {
  #define: ((command: Command) => void) | undefined

  /** @param define adds the arguments and options */
  constructor(name: string, define: (command: Command) => void) {
    super(name)
    this.#define = define
  }

  define(): void {
    const define = this.#define
    this.#define = undefined
    define?.(this)
  }

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    this.define()
    return super.parseOptions(args)
  }

  override helpInformation(...args: Parameters<Command['helpInformation']>): string {
    this.define()
    return super.helpInformation(...args)
  }
}

/** A program's commands with their arguments and options. */
export function definedCommands({ commands }: Command): readonly Command[] {
  for (const command of commands) if (command instanceof LazyCommand) command.define()
  return commands
}
