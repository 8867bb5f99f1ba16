/** With --render: charts and overlays, each as a mesh of its own. */
import { parseGoBool } from '../../common/go-bool.ts'
import type { LintFinding } from '../../index.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { Session } from '../session.ts'
import type { LintConfig } from './config/load.ts'
import type { LintCommandOptions } from './options.ts'

type Config = LintConfig<LintCommandOptions>

/** One of several inputs that are checked one by one. */
export interface Unit {
  /** undefined for the only input. */
  readonly name: string | undefined
  readonly config: Config
  readonly request: ViewRequest
  /** Moves findings to where they are written; absent if they are there already. */
  readonly located?: (findings: readonly LintFinding[]) => readonly LintFinding[]
  /** Whether it counts only if it has objects. */
  readonly isOptional?: boolean
}

/** The input without charts and overlays. */
const OTHERS = 'other manifests'

const ALLOWING = 'VIPCTL_ALLOW_RENDER'

/** Whether to render. A configuration may be from anywhere, so it alone does not decide. */
export async function wantsRendering(
  { render, allowRender, configuredRender }: LintCommandOptions,
  file: string | undefined,
  session: Session,
): Promise<boolean> {
  if (render !== undefined) return render
  if (!configuredRender) return false
  const allowed = allowRender ?? parseGoBool(session.io.env[ALLOWING] ?? '') ?? false
  if (!allowed) {
    await session.note(
      `${file}: charts and overlays are not rendered, because a repository alone does not decide that programs run`,
      `--allow-render or ${ALLOWING}=1 allows it`,
    )
  }
  return allowed
}

/** Findings at their sources, as far as these are found; the rendered place becomes a related one. */
function atSources(
  find: (resource: LintFinding['resource'], location: LintFinding['location']) => LintFinding['location'] | undefined,
): (findings: readonly LintFinding[]) => readonly LintFinding[] {
  return (findings) =>
    findings.map((finding) => {
      const location = find(finding.resource, finding.location)
      if (!location) return finding
      const related = [...finding.related, { message: 'as it is rendered', location: finding.location }]
      return { ...finding, location, related }
    })
}

/** Renders the charts and overlays of an input, and what else it has as a further input. */
export async function renderedUnits({ name, config, request }: Unit, session: Session): Promise<readonly Unit[]> {
  const { render, renderingsIn } = await import('../../input/render/rendering.ts')
  const { sourceFinder } = await import('../../input/render/sources.ts')
  const { input } = request
  const renderings = renderingsIn(input)
  if (renderings.length === 0) {
    await session.note('nothing to render: there are no charts and no kustomize folders')
    return [{ name, config, request }]
  }
  const nameOf = (part: string): string => (name === undefined ? part : `${name}: ${part}`)
  const units: Unit[] = []
  for (const rendering of renderings) {
    const { file, problems } = await render(rendering, input)
    await session.report(problems)
    if (!file) continue
    const mesh = { kind: 'files', paths: [] } as const
    units.push({
      name: nameOf(rendering.name || '.'),
      config: { ...config, isImplicit: false, isWhole: false },
      request: { ...request, input: { ...input, mesh, remotes: [], rendered: [file] } },
      located: atSources(sourceFinder(rendering, input.cwd)),
    })
  }
  const others = { ...request, input: { ...input, skipsBuilt: true } }
  units.push({
    name: nameOf(OTHERS),
    config: { ...config, isImplicit: false, isWhole: false },
    request: others,
    isOptional: true,
  })
  return units
}
