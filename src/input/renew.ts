/** Reads an input again and again, with the request that the configuration states at the time. */
import { Memory } from '../common/memory.ts'
import type { SourceProblem } from '../sources/document.ts'
import { stateOfFile } from './files/names.ts'
import type { LiveRequirements } from './live/mesh.ts'
import { type ReadMesh, read } from './read.ts'
import type { Reporter } from './reporter.ts'
import type { InputRequest } from './request.ts'

export class CurrentRequest {
  #request: InputRequest
  #last: ReadMesh | undefined

  constructor(request: InputRequest) {
    this.#request = request
  }

  /** The request of the last read. */
  get request(): InputRequest {
    return this.#request
  }

  /**
   * Reads the input. If the configuration has become one that cannot be used, the mesh stays as it was, with the
   * mistakes among its problems.
   * @throws as `read`
   */
  async read(requirements: LiveRequirements, reporter: Reporter): Promise<ReadMesh> {
    const problems = await this.#renew()
    const isBroken = problems.some(({ severity }) => severity === 'error')
    if (isBroken && this.#last) return { ...this.#last, problems }
    const mesh = { ...(await read(this.#request, requirements, reporter)), request: this.#request }
    if (this.#request.configuration) this.#last = mesh
    return { ...mesh, problems: [...problems, ...mesh.problems] }
  }

  /** @returns what is wrong with a configuration that has changed */
  async #renew(): Promise<readonly SourceProblem[]> {
    const { configuration, stdin, memory } = this.#request
    if (!configuration || stateOfFile(configuration.path) === configuration.state) return []
    const { request, problems } = await configuration.again()
    // A memory follows one mesh, and standard input can be read only once.
    if (request) this.#request = { ...request, stdin, memory: memory && new Memory() }
    return problems
  }
}
