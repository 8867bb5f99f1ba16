/** With --render: charts and overlays, each as a mesh of its own. */
import { UserError } from '../../common/errors.ts'
import type { FixProposal, LintFinding } from '../../index.ts'
import { PERMISSION_HINT, renderedName } from '../../input/render/words.ts'
import { hasRenders, type InputRequest, type RenderedInput, type ViewRequest } from '../../input/request.ts'
import { mayRender } from '../renders.ts'
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
  /** Whether it is one of the charts and overlays of an input. */
  readonly isRendered?: boolean
  /** Whether it counts only if it has objects. */
  readonly isOptional?: boolean
}

/** The input without charts and overlays. */
const OTHERS = 'other manifests'

/**
 * Whether to render each chart and overlay. A configuration may be from anywhere, so it alone does not decide:
 * `forbidden` if it asks and the user does not allow it.
 * @throws UserError for a configuration that names what to render
 */
function renderingOf({ options, file }: Config, session: Session): 'wanted' | 'unwanted' | 'forbidden' {
  const { render, configuredRender, configuredRenders } = options
  if (render && hasRenders(configuredRenders)) {
    throw new UserError(`--render and the list under render in ${file} exclude each other`, 'leave --render out')
  }
  if (!(render ?? configuredRender)) return 'unwanted'
  return render || mayRender(options, session) ? 'wanted' : 'forbidden'
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

/**
 * How findings in what programs add to an input move to their sources.
 * @param otherwise where they are if the source is not found; undefined to leave them where they are
 */
export async function locatorOf(
  { renders, cwd }: InputRequest,
  otherwise?: (rendered: RenderedInput) => LintFinding['location'],
): Promise<Unit['located']> {
  if (!renders) return undefined
  const { sourceFinder } = await import('../../input/render/sources.ts')
  const inputs = new Map(
    renders.inputs.map((rendered) => {
      const find = rendered.tool === 'command' ? undefined : sourceFinder(rendered, cwd)
      return [renderedName(rendered.name), { rendered, find }] as const
    }),
  )
  const made = new Set(inputs.keys())
  const locate = atSources((resource, location) => {
    const input = inputs.get(location.document.file.name)
    return input && (input.find?.(resource, location) ?? otherwise?.(input.rendered))
  })
  return (findings) => locate(findings.map((finding) => withoutOption(finding, made)))
}

/** The input, with findings in what programs add to it at their sources. */
async function locatedUnit(unit: Unit): Promise<Unit> {
  const located = await locatorOf(unit.request.input)
  return located ? { ...unit, located } : unit
}

/** The finding with fixes that --fix does not make where they change what programs print. */
function withoutOption(finding: LintFinding, rendered: ReadonlySet<string>): LintFinding {
  const isRendered = ({ changes }: FixProposal): boolean =>
    changes.some(
      (change) => change.kind !== 'proxy-metadata' && rendered.has(change.resource.location.document.file.name),
    )
  const inFiles = <P extends FixProposal>(fix: P): P => (isRendered(fix) ? { ...fix, safe: false } : fix)
  const { fix } = finding
  return {
    ...finding,
    fix: fix && inFiles(fix),
    *proposals() {
      for (const proposal of finding.proposals()) yield inFiles(proposal)
    },
  }
}

/** Renders the charts and overlays of an input, and what else it has as a further input. */
async function renderedUnits({ name, config, request }: Unit, session: Session): Promise<readonly Unit[]> {
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
      isRendered: true,
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

/**
 * What to check for several inputs: each as it is, or its charts and overlays one by one.
 * @throws UserError for a configuration that names what to render, and --render
 */
export async function unitsOf(inputs: readonly Unit[], session: Session): Promise<readonly Unit[]> {
  const asked = inputs.map((unit) => ({ unit, rendering: renderingOf(unit.config, session) }))
  const forbidden = asked.find(({ rendering }) => rendering === 'forbidden')
  if (forbidden) {
    await session.note(
      `${forbidden.unit.config.file}: charts and overlays are not rendered, because a repository alone does not decide that programs run`,
      PERMISSION_HINT,
    )
  }
  const units = asked.map(async ({ unit, rendering }) =>
    rendering === 'wanted' ? renderedUnits(unit, session) : [await locatedUnit(unit)],
  )
  return (await Promise.all(units)).flat()
}
