/** Graphs in the languages of Mermaid, Graphviz and SVG, with names that mean something there. */
import { spawnSync } from 'node:child_process'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { dotPicture } from '../../../src/formats/graph/dot.ts'
import { mermaidPicture } from '../../../src/formats/graph/mermaid.ts'
import type { Picture } from '../../../src/formats/graph/model.ts'
import { svgLines } from '../../../src/formats/graph/svg.ts'
import { type Line, textOf } from '../../../src/formats/spans.ts'

const HOSTILE = [
  '"]; evil [label="x',
  'a\\',
  '</text><script>alert(1)</script>',
  '&lt;b&gt; &amp; "quoted" \'single\'',
  'end\u001b[31mred\u202e',
  '`# **bold**`',
  '$$\\alpha$$',
  'click b1 href "javascript:alert(1)"',
  '%%{init: {"theme":"dark"}}%%',
  '漢字.example.com',
]

const picture: Picture = {
  title: HOSTILE.join(' '),
  notes: HOSTILE,
  boxes: [
    ...HOSTILE.map((text, index) => ({ id: `b${index}`, text: ['kind', text] })),
    { id: 'c', text: ['end'], tone: 'bad' },
  ],
  arrows: HOSTILE.map((label, index) => ({ from: `b${index}`, to: 'c', label, tone: 'bad' })),
}

const textFrom = (lines: Iterable<Line>): string => [...lines].map((line) => `${line.map(textOf).join('')}\n`).join('')

describe('dot', () => {
  const hasDot = spawnSync('dot', ['-V']).status === 0

  it('keeps each name inside of its quotes', () => {
    const quoted = /"(?:[^"\\]|\\.)*"/g
    for (const line of textFrom(dotPicture('conflicts', picture)).split('\n')) {
      expect(line.replace(quoted, '""')).toMatch(/^(?:digraph conflicts \{|\}|| {2}[\w\s>"=[\]-]*)$/)
    }
  })

  // CI has no Graphviz.
  it.skipIf(!hasDot)('is read by Graphviz, with the names as they are', () => {
    const { stdout, stderr, status } = spawnSync('dot', ['-Tjson0'], {
      input: textFrom(dotPicture('conflicts', picture)),
      encoding: 'utf8',
    })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    const read = JSON.parse(stdout) as { objects: { name: string; label: string }[]; edges: unknown[] }
    expect(read.objects.map(({ name }) => name)).toEqual(picture.boxes.map(({ id }) => id))
    expect(read.edges).toHaveLength(HOSTILE.length)
    expect(read.objects[0]?.label).toBe('kind\\n"]; evil [label="x')
    expect(read.objects[1]?.label).toBe('kind\\na\\\\')
  })
})

describe('mermaid', () => {
  const lines = textFrom(mermaidPicture(picture)).split('\n')

  it('has one statement per line, with nothing special inside of quotes', () => {
    for (const line of lines.slice(4)) {
      expect(line).toMatch(
        /^(?: {2}\w+\["[^"<>&`$\\]*(?:<br>[^"<>&`$\\]*)*"\]| {2}\w+ -\.-x\|"[^"<>&`$\\]*"\| c| {2}%% .*| {2}class(?:Def)? [\w,]+ [\w:#,. -]+|)$/,
      )
    }
    expect(lines).toContain('  b2["kind<br>#60;/text#62;#60;script#62;alert(1)#60;/script#62;"]')
    expect(lines).toContain('  b4["kind<br>end#92;x1b[31mred#92;u202e"]')
  })

  it('has a title that YAML reads as one text', () => {
    expect(lines[0]).toBe('---')
    expect(lines[1]).toMatch(/^title: "(?:[^"\\]|\\.)*"$/)
  })
})

describe('svg', () => {
  it('is well-formed, and names are texts', async () => {
    const text = (await svgLines(picture)).join('\n')
    expect(XMLValidator.validate(text)).toBe(true)
    expect(text).not.toMatch(/<script|<a |\son\w+=|javascript:[^&]*"[ >]/)
    const texts = new XMLParser({ ignoreAttributes: false, preserveOrder: true }).parse(text)
    expect(JSON.stringify(texts)).toContain('alert(1)')
    expect(text).toContain('漢字.example.com')
    expect(text).not.toContain('\u001b')
  })

  it('does not depend on anything outside', async () => {
    const text = (await svgLines(picture)).join('\n')
    expect(text.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg'])
    expect(text).not.toContain('@import')
  })

  it('is the same each time', async () => {
    expect(await svgLines(picture)).toEqual(await svgLines(picture))
  })
})
