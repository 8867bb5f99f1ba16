/** What the server needs of the program that starts it: how a folder is checked. */
import type { LintProxy } from '../../findings/lint/index.ts'
import type { ProofBasis } from '../../findings/lint/prove.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import type { Loaded } from '../../input/load.ts'
import type { Mesh } from '../../pipeline.ts'
import type { SourceFile, SourceProblem } from '../../sources/document.ts'

/** Settings of the editor, which override those of the command line. */
export interface ProjectSettings {
  readonly istioVersion?: string
  readonly environment?: string
  readonly dnsCapture?: string
}

/** A mesh, and what is wrong with it. */
export interface Checked {
  /** The environment of the configuration that it is of, if the editor or the command line names one. */
  readonly environment: string | undefined
  readonly loaded: Loaded
  readonly mesh: Mesh
  /** Without those that the configuration, annotations or a baseline leave out. */
  readonly findings: readonly LintFinding[]
  /** The proxies that the rules look through. */
  readonly proxies: readonly LintProxy[]
  /** Their namespaces, sorted. */
  readonly namespaces: readonly string[]
  /** How fixes are proven. */
  readonly basis: ProofBasis
}

export interface CheckResult {
  /** One for each environment; empty if a problem left nothing to check. */
  readonly meshes: readonly Checked[]
  /** Those of all meshes, each once. */
  readonly findings: readonly LintFinding[]
  /** Names of the meshes, if there are several. */
  readonly environments?: readonly string[] | undefined
  /** Problems with the input and the configuration that no rule reports. */
  readonly problems: readonly SourceProblem[]
}

/** One folder, or one file, checked as `vipctl lint` checks it. */
export interface Project {
  /** Absolute; the names of its files are relative to it. */
  readonly folder: string
  /** The name of a file in problems and findings. @param path absolute */
  nameOf(path: string): string
  /** The path of a file. @param name as problems and findings have it */
  pathOf(name: string): string
  /**
   * @param buffers texts to take instead of the stored ones, by path; the same text is the same object the next time
   * @param onStep is told what is done next
   */
  check(buffers: ReadonlyMap<string, SourceFile>, onStep: (text: string) => void): Promise<CheckResult>
  /** Says that a file has another content, or that files are new, gone, or ignored now. @param path absolute */
  changed(path: string, kind: 'content' | 'existence'): void
  /** Looks for changed files, for an editor that does not tell. @returns whether there may be any */
  refresh(): boolean
}

/** @param file the only file to check, absolute; undefined for all of the folder */
export type OpenProject = (folder: string, file: string | undefined, settings: ProjectSettings) => Project
