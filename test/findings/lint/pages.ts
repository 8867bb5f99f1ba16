/** The pages of rules: what of them is made from the catalogue, and the examples in them. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type RuleId, ruleEntry } from '../../../src/findings/lint/index.ts'
import type { RuleEntry } from '../../../src/findings/lint/rule.ts'

const FOLDER = fileURLToPath(new URL('../../../docs/rules/', import.meta.url))

export const INDEX = `${FOLDER}README.md`

export const pagePath = (id: RuleId): string => `${FOLDER}${id}.md`

export const readPage = (id: RuleId): string => (existsSync(pagePath(id)) ? readFileSync(pagePath(id), 'utf8') : '')

const issueLink = (number: number): string => `[#${number}](https://github.com/istio/istio/issues/${number})`

/** The first part of a page, up to its examples. */
export function pageHead(id: RuleId): string {
  const { severity, title, description, howToFix, answersTo, issues }: RuleEntry = ruleEntry(id)
  const lines = [`# ${id}`, '', `**${title}** (${severity})`, '', description, '', '## How to fix', '', howToFix, '']
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

/** The examples of a page, which are written by hand. */
export function pageExamples(page: string): string {
  const at = page.indexOf(EXAMPLES)
  return at < 0 ? '' : page.slice(at)
}

export interface Example {
  /** Of the section: `Bad` or `Good`. */
  readonly section: string
  /** Flags that are named in code before the manifests: `--dns-capture false`. */
  readonly flags: ReadonlyMap<string, string>
  readonly manifests: string
  /** Manifests of remote clusters by ID: blocks that begin with ```yaml remote=ID. */
  readonly remotes: Readonly<Record<string, string>>
}

const BLOCK = /^```yaml(?: remote=(\S+))?\n([\s\S]*?)^```$/gm
/** What is too long to be printed: `<110 KiB of HTML>`. */
const LONG_TEXT = /<(\d+) KiB of [^>]*>/g
const FLAG = /`--([a-z-]+)[ =]([^`]+)`/g

/** The examples of a page: sections `## Bad` and `## Good`, each with manifests and perhaps flags. */
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
