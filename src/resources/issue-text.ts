import type { DecodeIssue } from '../kinds/schema/index.ts'
import type { PathStep } from '../sources/document.ts'

/** `spec.ports[1].name`; '' at the root of an object. */
export function pathText(path: readonly PathStep[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

/** `spec.ports[1].name: ...` */
export function issueText({ path, message }: DecodeIssue): string {
  const place = pathText(path)
  return place === '' ? message : `${place}: ${message}`
}
