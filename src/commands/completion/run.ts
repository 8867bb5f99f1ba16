import { UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { RULE_IDS } from '../../index.ts'
import type { Outcome, OutputOptions, Session } from '../session.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { type CompletionModel, completionModel, SHELLS, type Shell } from './model.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS: Readonly<Record<Shell, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** `vipctl completion SHELL` */
export async function completion(operands: readonly string[], _: OutputOptions, session: Session): Promise<Outcome> {
  const [text = ''] = operands
  const shell = SHELLS.find((candidate) => candidate === text)
  if (!shell) {
    const close = nearest(text, SHELLS)
    throw new UserError(
      `no completion for the shell ${JSON.stringify(text.slice(0, 40))}`,
      close ? `did you mean ${close}?` : `shells: ${SHELLS.join(', ')}`,
    )
  }
  return { output: [SCRIPTS[shell](completionModel(session.program, RULE_IDS))] }
}
