/** Findings, as `vipctl lint` prints them. */
import { lintMessage } from '../../../answers/lint/message.ts'
import { FINDING_HEADERS, findingRow, findingText } from '../../../answers/lint/table.ts'
import type { LintFinding } from '../../../findings/lint/rule.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { Link } from '../../protocol.ts'
import type { OpenView, State, Thing } from '../view.ts'
import { type ColumnFacts, columnsOf } from './columns.ts'
import { findingsLink, linkTo } from './links.ts'

const COLUMNS: ColumnFacts = {
  OBJECT: { roles: ['object', 'ns'], isName: true },
  MESSAGE: { roles: ['host', 'port'] },
  SOURCE: { roles: ['file'], isPlace: true },
}

/** The list in which the object of a finding is. */
function linksOf({ object: { kind, namespace, name } }: LintFinding, what: string): readonly Link[] {
  const others = { ...findingsLink(what), label: `all findings about ${what}` }
  if (kind === 'ServiceEntry') return [linkTo('its hosts', 'hosts', 'object', `=${name}`), others]
  if (kind === 'Gateway') return [linkTo('its servers', 'gateways', 'object', `=${namespace}/${name}`), others]
  if (kind === 'VirtualService') return [linkTo('its routes', 'routes', 'object', what), others]
  return [others]
}

export async function findingsView({ answers, loaded, input }: State): Promise<OpenView> {
  const report = await answers.findings(loaded, input.mesh)
  const { findings } = report
  const at = (index: number) => findings[index] as (typeof findings)[number]

  function thing(index: number): Thing {
    const finding = at(index)
    const what = describeResource(finding.resource)
    return {
      name: `${finding.rule} ${what}`,
      origins: [
        { what, location: finding.location, why: '' },
        ...finding.related.map(({ message, location }) => ({ what: '', location, why: message })),
      ],
      lines: (width) => findingText(finding, report, width),
      message: () => [...lintMessage({ ...report, findings: [finding] }).findings][0],
      links: linksOf(finding, what),
    }
  }
  return {
    columns: columnsOf(FINDING_HEADERS, COLUMNS),
    size: findings.length,
    key: (index) => {
      const { rule, object, message, location } = at(index)
      return `${rule} ${object.kind} ${object.namespace}/${object.name} ${location.path.join('.')} ${message}`
    },
    cells: (index) => findingRow(at(index)),
    thing,
  }
}
