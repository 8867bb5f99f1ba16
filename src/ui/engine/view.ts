/** What a list needs to know of the answer that it shows. */
import type { EnvoyResources } from '../../envoy/index.ts'
import type { Line } from '../../formats/spans.ts'
import type { Loaded } from '../../input/load.ts'
import type { LoadedView } from '../../input/proxy.ts'
import type { Location } from '../../sources/location.ts'
import type { Column, Link } from '../protocol.ts'
import type { Answers } from './answers.ts'

/** Where something comes from. */
export interface Origin {
  /** `ServiceEntry default/db` */
  readonly what: string
  readonly location: Location | undefined
  /** The deciding rule as a sentence without a full stop; '' for none. */
  readonly why: string
}

/** Everything about the thing in a row. */
export interface Thing {
  readonly name: string
  readonly origins: readonly Origin[]
  /** More about it. */
  lines?(width: number): Iterable<Line>
  /** As `-o json` prints it. */
  message(): unknown
  readonly links: readonly Link[]
  /** What `dig` asks for; undefined for a thing without a name. */
  readonly host?: string | undefined
  /** `host:port` or a URL, for a trace. */
  readonly target?: string | undefined
}

/** A list of a computed mesh. Its cells are computed one row at a time. */
export interface OpenView {
  readonly columns: readonly Column[]
  readonly size: number
  /** Identifies the thing also after changes; several rows may have the same. */
  key(index: number): string
  cells(index: number): Line
  thing(index: number): Thing
}

/** A mesh, a proxy, and what is computed for it on demand. */
export interface State {
  readonly loaded: Loaded
  readonly input: LoadedView
  resources(): EnvoyResources
  readonly answers: Answers
}

/** Opens a list of a state. */
export type View = (state: State) => OpenView | Promise<OpenView>
