import { UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import type { Outcome, OutputOptions, Session } from '../session.ts'

/**
 * `vipctl help WORDS`, the same as `vipctl WORDS --help`, in a pager if it is longer than the terminal. Words after the
 * name of a command are its operands, which do not change its help.
 */
export async function help([name]: readonly string[], _: OutputOptions, { io, program }: Session): Promise<Outcome> {
  const shown = async (text: string): Promise<Outcome> => ({ output: (await io.page?.(text)) ? [] : [text] })
  if (name === undefined) return shown(program.helpInformation())
  const { commands } = program
  const found = commands.find((command) => command.name() === name || command.aliases().includes(name))
  if (found) return shown(found.helpInformation())
  const near = nearest(
    name,
    commands.flatMap((command) => [command.name(), ...command.aliases()]),
  )
  throw new UserError(
    `${JSON.stringify(name.slice(0, 60))} is not a command`,
    near ? `did you mean ${near}?` : 'vipctl --help lists the commands',
  )
}
