/** Answers of other commands, for the mesh that the interface shows. */
import { plainReport } from '../../answers/lint/report.ts'
import { countNotChecked, countObjects, fileNames, namespacesOfProxies, proxiesText } from '../../answers/lint/scope.ts'
import { failingSeverities, groupByCause, syntheticProxies } from '../../index.ts'
import type { ViewRequest } from '../../input/request.ts'
import { packageVersion } from '../../own-program.ts'
import type { Answers } from '../../ui/engine/answers.ts'
import { gatewaysAnswerOf } from '../gateways/answer.ts'
import { allRouters } from '../gateways/routers.ts'
import { loadConfigs } from '../lint/config/load.ts'
import { applyIgnores } from '../lint/ignores.ts'
import { rulesFor } from '../lint/linter.ts'
import { quietSession, type Session } from '../session.ts'
import type { UiOptions } from './options.ts'

/** Findings with the rules and ignores of the configuration, for a sidecar in every namespace. */
const findingsWith =
  (options: UiOptions, request: ViewRequest, session: Session): Answers['findings'] =>
  async (loaded, mesh) => {
    const [config] = await loadConfigs({ ...options, proxy: undefined, node: undefined }, session)
    const proxies = syntheticProxies(mesh.scope, 'mesh')
    const found = rulesFor(config, request.input, loaded)(mesh, proxies)
    const { kept, ignored } = applyIgnores(found, config, session.io.cwd)
    const { findings } = groupByCause(kept, () => '')
    const { snapshot, documents } = loaded
    const scope = {
      files: fileNames(documents),
      objects: countObjects(snapshot),
      notChecked: countNotChecked(snapshot),
      namespaces: namespacesOfProxies(proxies),
      proxies: proxiesText(proxies, { isNamed: false, bothCaptures: false }),
      release: snapshot.release,
    }
    const failing = failingSeverities(0, undefined, undefined)
    return { ...plainReport(packageVersion(), findings, scope), ignored, failing }
  }

/** @param given the session of the command; what answers report is not printed */
export async function answersFor(options: UiOptions, request: ViewRequest, given: Session): Promise<Answers> {
  const session = await quietSession(given)
  return {
    gateways: async (loaded, mesh) =>
      gatewaysAnswerOf(await allRouters(loaded, mesh, request.input, session), loaded.namespace),
    findings: findingsWith(options, request, session),
  }
}
