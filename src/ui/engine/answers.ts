/** Answers that commands make from more than the stages: their options, configuration and checks. */
import type { GatewaysAnswer } from '../../answers/gateways/message.ts'
import type { LintReport } from '../../answers/lint/report.ts'
import type { Loaded } from '../../input/load.ts'
import type { Mesh } from '../../pipeline.ts'

export interface Answers {
  gateways(loaded: Loaded, mesh: Mesh): Promise<GatewaysAnswer>
  findings(loaded: Loaded, mesh: Mesh): Promise<LintReport>
}
