import type { BehaviourName } from '../../releases/behaviours/index.ts'
import type { PathStep } from '../../sources/document.ts'
import type { DecodeIssue } from '../schema/index.ts'
import type { DecodeCode, ValidationCode } from './codes.ts'

/** One reason why istiod's admission check rejects an object or warns about it. */
export interface ValidationIssue extends DecodeIssue {
  /** Short stable name of the cause; lint rules are made of these. */
  readonly code: ValidationCode | DecodeCode
}

/** The way from an object's root to a value inside it. */
export type Path = readonly PathStep[]

/** What of istiod's release and settings its verdicts depend on. */
export interface AdmissionSettings {
  has(behaviour: BehaviourName): boolean
}

export interface ValidationResult {
  readonly errors: readonly ValidationIssue[]
  readonly warnings: readonly ValidationIssue[]
}

const NO_ISSUES: readonly ValidationIssue[] = Object.freeze([])
/** The verdict on an object of which there is nothing to say. */
export const NOTHING: ValidationResult = Object.freeze({ errors: NO_ISSUES, warnings: NO_ISSUES })

const LONGEST_VALUE = 80

/** A value as messages show it: quoted, and cut after 80 characters. */
export function quote(value: string): string {
  return JSON.stringify(value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}...` : value)
}

/**
 * Collects what is wrong with one object. Checks are given the path of the parent and the last step apart, so that
 * the path of a value is built only when there is something to say about it.
 */
export class Report {
  /** Of the istiod that judges. */
  readonly settings: AdmissionSettings
  #errors: ValidationIssue[] | undefined
  #warnings: ValidationIssue[] | undefined

  constructor(settings: AdmissionSettings) {
    this.settings = settings
  }

  error(parent: Path, step: PathStep, code: ValidationCode, message: string, hint?: string): void {
    this.#errors ??= []
    this.#errors.push(issue(parent, step, code, message, hint))
  }

  warn(parent: Path, step: PathStep, code: ValidationCode, message: string, hint?: string): void {
    this.#warnings ??= []
    this.#warnings.push(issue(parent, step, code, message, hint))
  }

  /** How many errors there are so far, to see whether a check added some. */
  get errorCount(): number {
    return this.#errors?.length ?? 0
  }

  result(): ValidationResult {
    if (!this.#errors && !this.#warnings) return NOTHING
    return { errors: this.#errors ?? NO_ISSUES, warnings: this.#warnings ?? NO_ISSUES }
  }

  /** This report for parts of an object whose warnings istiod drops on their way up. */
  errorsOnly(): Report {
    return new ErrorsOnly(this)
  }
}

class ErrorsOnly extends Report {
  readonly #target: Report

  constructor(target: Report) {
    super(target.settings)
    this.#target = target
  }

  override error(parent: Path, step: PathStep, code: ValidationCode, message: string, hint?: string): void {
    this.#target.error(parent, step, code, message, hint)
  }

  override warn(): void {}

  override get errorCount(): number {
    return this.#target.errorCount
  }
}

function issue(
  parent: Path,
  step: PathStep,
  code: ValidationCode,
  message: string,
  hint: string | undefined,
): ValidationIssue {
  return { path: [...parent, step], code, message, ...(hint !== undefined && { hint }) }
}
