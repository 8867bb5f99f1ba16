/** Findings, as `vipctl lint` prints them. */
import { lintMessage } from '../../../answers/lint/message.ts'
import { FINDING_HEADERS, findingRow, findingText } from '../../../answers/lint/table.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { Column } from '../../protocol.ts'
import type { OpenView, State, Thing } from '../view.ts'
import { linkTo } from './links.ts'

const ROLES: Readonly<Record<string, Omit<Column, 'title'>>> = {
  OBJECT: { roles: ['object', 'ns'] },
  MESSAGE: { roles: ['host', 'port'] },
  SOURCE: { roles: ['file'], isPlace: true },
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
        { what, location: finding.location, why: finding.message },
        ...finding.related.map(({ message, location }) => ({ what: '', location, why: message })),
      ],
      lines: (width) => findingText(finding, report, width),
      message: () => [...lintMessage({ ...report, findings: [finding] }).findings][0],
      links: [
        linkTo(`everything that lint finds by ${finding.rule}`, 'findings', 'object', ''),
        linkTo(`its hosts`, 'hosts', 'object', `=${finding.object.name}`),
      ].slice(1),
    }
  }
  return {
    columns: FINDING_HEADERS.map((title) => ({ title, ...ROLES[title] })),
    size: findings.length,
    key: (index) => {
      const { rule, object, message, location } = at(index)
      return `${rule} ${object.kind} ${object.namespace}/${object.name} ${location.path.join('.')} ${message}`
    },
    cells: (index) => findingRow(at(index)),
    thing,
  }
}
