/** The pages of rules: the part that is generated from the catalogue, and the examples. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RULE_RELEASES } from '../../../src/findings/lint/catalogue/releases.ts'
import { type RuleId, ruleEntry } from '../../../src/findings/lint/index.ts'
import type { RuleEntry } from '../../../src/findings/lint/rule.ts'
import { BEHAVIOURS, type BehaviourName } from '../../../src/releases/behaviours/table.ts'
import type { Lifetime } from '../../../src/releases/lifetime.ts'

const FOLDER = fileURLToPath(new URL('../../../docs/rules/', import.meta.url))

export const INDEX = `${FOLDER}README.md`

export const pagePath = (id: RuleId): string => `${FOLDER}${id}.md`

export const readPage = (id: RuleId): string => (existsSync(pagePath(id)) ? readFileSync(pagePath(id), 'utf8') : '')

const issueLink = (number: number): string => `[#${number}](https://github.com/istio/istio/issues/${number})`

/** `from Istio 1.28.6, 1.29.2 and 1.30.0 on` */
function releasesText({ since, until }: Lifetime): string {
  const list = (versions: readonly string[]): string =>
    versions.length < 2 ? versions.join() : `${versions.slice(0, -1).join(', ')} and ${versions.at(-1)}`
  const from = since ? [`from Istio ${list(since)} on`] : []
  return [...from, ...(until ? [`before Istio ${list(until)}`] : [])].join(' and ')
}

function behaviourLine(name: BehaviourName): string {
  const { does, setting } = BEHAVIOURS[name]
  const variable = setting ? `, or as \`${setting.variable}\` says` : ''
  return `- \`${name}\`, ${releasesText(BEHAVIOURS[name])}${variable}: ${does}`
}

/** How the rule depends on the release; nothing for most rules. */
function releaseLines(id: RuleId): readonly string[] {
  const { onlyWith, onlyWithout, differsBy = [] } = RULE_RELEASES[id] ?? {}
  const part = (text: string, names: readonly (BehaviourName | undefined)[]): readonly string[] => {
    const known = names.filter((name) => name !== undefined)
    return known.length === 0 ? [] : [text, '', ...known.map(behaviourLine), '']
  }
  const parts = [
    ...part('The rule runs only for releases in which istiod does this:', [onlyWith]),
    ...part('The rule runs only for releases in which istiod does not do this yet:', [onlyWithout]),
    ...part('What it finds depends on whether istiod does this:', differsBy),
  ]
  return parts.length === 0 ? [] : ['## Releases', '', ...parts, 'See [releases](../releases.md).', '']
}

/** The first part of a page, before its examples. */
export function pageHead(id: RuleId): string {
  const { severity, title, description, howToFix, answersTo, issues }: RuleEntry = ruleEntry(id)
  const lines = [`# ${id}`, '', `**${title}** (${severity})`, '', description, '', '## How to fix', '', howToFix, '']
  lines.push(...releaseLines(id))
  if (answersTo.length > 0) lines.push(`Answers to ${answersTo.map((code) => `\`${code}\``).join(', ')}.`, '')
  if (issues.length > 0) lines.push(`Users were hit by it in istio/istio ${issues.map(issueLink).join(', ')}.`, '')
  return `${lines.join('\n')}\n`
}

/** The page that lists all rules. */
export function indexPage(ids: readonly RuleId[]): string {
  const row = (id: RuleId): string => {
    const { severity, title, answersTo }: RuleEntry = ruleEntry(id)
    return `| [${id}](${id}.md) | ${severity} | ${title} | ${answersTo.join(' ')} |`
  }
  const head = ['# Rules of `vipctl lint`', '']
  const intro = [
    'Each rule is decided from what was computed for the proxies at hand. The last column has the codes of `istioctl analyze`',
    '(`IST`) and Kiali (`KIA`) for the same thing. `vipctl lint --rules` prints this list with the severities in force.',
    '',
  ]
  return [...head, ...intro, '| rule | severity | what | answers to |', '|---|---|---|---|', ...ids.map(row), ''].join(
    '\n',
  )
}

const EXAMPLES = '## Bad\n'

/** The hand-written examples of a page. */
export function pageExamples(page: string): string {
  const at = page.indexOf(EXAMPLES)
  return at < 0 ? '' : page.slice(at)
}

export interface Example {
  /** The section: `Bad` or `Good`. */
  readonly section: string
  /** Flags in inline code before the manifests: `--dns-capture false`. */
  readonly flags: ReadonlyMap<string, string>
  readonly manifests: string
  /** Manifests of remote clusters by ID: blocks that begin with ```yaml remote=ID. */
  readonly remotes: Readonly<Record<string, string>>
}

const BLOCK = /^```yaml(?: remote=(\S+))?\n([\s\S]*?)^```$/gm
/** Placeholders for text that is too long to print: `<110 KiB of HTML>`. */
const LONG_TEXT = /<(\d+) KiB of [^>]*>/g
const FLAG = /`--([a-z-]+)[ =]([^`]+)`/g

/** The examples of a page: sections `## Bad` and `## Good`, with manifests and optional flags. */
export function examplesOf(page: string): readonly Example[] {
  return pageExamples(page)
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const blocks = [...part.matchAll(BLOCK)]
      const written = ([, , text = '']: RegExpExecArray) =>
        text.replace(LONG_TEXT, (_, size: string) => 'x'.repeat(Number(size) * 1024))
      const local = blocks.filter(([, remote]) => remote === undefined).map(written)
      const remotes = blocks.flatMap((block) => (block[1] === undefined ? [] : [[block[1], written(block)] as const]))
      const flags = [...part.replace(BLOCK, '').matchAll(FLAG)].map(
        ([, name = '', value = '']) => [name, value] as const,
      )
      return {
        section: part.slice(0, part.indexOf('\n')),
        flags: new Map(flags),
        manifests: local.join('---\n'),
        remotes: Object.fromEntries(remotes),
      }
    })
}
