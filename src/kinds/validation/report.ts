import type { BehaviourName } from '../../releases/behaviours/table.ts'
import type { PathStep } from '../../sources/document.ts'
import type { DecodeIssue } from '../schema/index.ts'
import type { DecodeCode, ValidationCode } from './codes.ts'

/** One reason why istiod's admission check rejects an object or warns about it. */
export interface ValidationIssue extends DecodeIssue {
  /** Short stable name of the cause; lint rules are derived from these. */
  readonly code: ValidationCode | DecodeCode
}

/** The way from an object's root to a value inside it. */
export type Path = readonly PathStep[]

/** The parts of istiod's release and settings that its verdicts depend on. */
export interface AdmissionSettings {
  has(behaviour: BehaviourName): boolean
}

export interface ValidationResult {
  readonly errors: readonly ValidationIssue[]
  readonly warnings: readonly ValidationIssue[]
}

const NO_ISSUES: readonly ValidationIssue[] = Object.freeze([])
/** The result for an object without problems. */
export const NOTHING: ValidationResult = Object.freeze({ errors: NO_ISSUES, warnings: NO_ISSUES })

const LONGEST_VALUE = 80

/** A value in messages: quoted, and truncated to 80 characters. */
export function quote(value: string): string {
  return JSON.stringify(value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}...` : value)
}

/**
 * Collects the problems of one object. Checks pass the path of the parent and the last step separately, so that paths
 * are built only for reported problems.
 */
export class Report {
  /** The settings of the istiod that validates. */
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

  /** The number of errors so far; comparing it shows whether a check added some. */
  get errorCount(): number {
    return this.#errors?.length ?? 0
  }

  result(): ValidationResult {
    if (!this.#errors && !this.#warnings) return NOTHING
    return { errors: this.#errors ?? NO_ISSUES, warnings: this.#warnings ?? NO_ISSUES }
  }

  /** A report for parts of an object whose warnings istiod discards. */
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
