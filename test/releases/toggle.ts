/** The effect of a single behaviour on a mesh: the release that introduced it, with and without it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allocationMessage } from '../../src/answers/allocation/message.ts'
import type { Question } from '../../src/answers/dns/message.ts'
import { answerMessage } from '../../src/answers/dns/message.ts'
import { envoyMessages } from '../../src/answers/dump/resources.ts'
import { validationMessage } from '../../src/answers/validation/message.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { nameTableMessage } from '../../src/dns/name-table.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import type { Touches } from '../../src/releases/behaviour.ts'
import { BEHAVIOURS, type BehaviourName } from '../../src/releases/behaviours/table.ts'

import { type IstioVersion, parseIstioVersion } from '../../src/releases/version.ts'
import { type CaseProxy, type ConformanceCase, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'

/** The first release that has a behaviour from the start, or the first without it. */
function turningPoint(name: BehaviourName): IstioVersion {
  const { since, until } = BEHAVIOURS[name]
  return parseIstioVersion((until ?? since ?? []).at(-1) ?? '') as IstioVersion
}

type Answers = { readonly [K in Touches]: unknown }

function questionsOf(meshCase: ConformanceCase, { name }: CaseProxy): readonly Question[] {
  const path = join(meshCase.folder, 'expected', name, 'dns.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []
}

function ofProxy(meshCase: ConformanceCase, mesh: Mesh, proxy: CaseProxy): Omit<Answers, 'allocation' | 'validation'> {
  const view = computeProxyView(mesh, nodeOf(proxy))
  const table = computeNameTable(view)
  const lookup = new LookupTable(table, view)
  const dns = questionsOf(meshCase, proxy).map((question) =>
    answerMessage(question, lookup.lookup(question.name, question.type)),
  )
  return { nds: nameTableMessage(table), dns, ...envoyMessages(view) }
}

function answersOf(meshCase: ConformanceCase, name: BehaviourName, isOn: boolean): Answers {
  const version = turningPoint(name)
  const mesh = computeMesh(snapshotOf(meshCase, { istioVersion: version, assumed: new Map([[name, isOn]]) }))
  const proxies = meshCase.proxies.map((proxy) => ofProxy(meshCase, mesh, proxy))
  const each = (kind: keyof (typeof proxies)[number]) => proxies.map((answers) => answers[kind])
  return {
    allocation: allocationMessage(mesh.registry),
    validation: validationMessage(mesh.snapshot.verdicts),
    nds: each('nds'),
    dns: each('dns'),
    lds: each('lds'),
    cds: each('cds'),
    eds: each('eds'),
    rds: each('rds'),
  }
}

/** The answers for a case that differ when just this behaviour is inverted. */
export function changedBy(name: BehaviourName, casesFolder: string, caseName: string): readonly Touches[] {
  const meshCase = readCase(casesFolder, caseName)
  const with_ = answersOf(meshCase, name, true)
  const without = answersOf(meshCase, name, false)
  const kinds = Object.keys(with_) as Touches[]
  return kinds.filter((kind) => JSON.stringify(with_[kind]) !== JSON.stringify(without[kind]))
}
