/** Writes the files of an Envoy, and those of its client's certificates. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { secretFile, secretPath } from '../envoy/files.ts'
import type { PlannedEnvoy } from './plan.ts'
import type { Secrets } from './secrets.ts'

const NO_SERVER_NAME = 'localhost'

/** Replaces a file at once, which is when Envoy reads it, unless it is the same. */
function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  const unfinished = `${path}.tmp`
  writeFileSync(unfinished, text)
  renameSync(unfinished, path)
}

/** Writes all files of an Envoy that have changed, with its secrets. */
export async function writeEnvoy(
  { folder, files, secrets, identity, serverNames }: PlannedEnvoy,
  kept: Secrets,
): Promise<void> {
  const hosts = serverNames.length > 0 ? serverNames : [NO_SERVER_NAME]
  for (const secret of secrets) {
    const content = await kept.content(secret, identity, hosts)
    replaceFile(join(folder, secretPath(secret)), secretFile(secret, content))
  }
  for (const [path, text] of files) replaceFile(join(folder, path), text)
}

/** The certificate of the client's workload, with the names that Istio's agent gives to these files. */
export async function writeCertificates(folder: string, identity: string, secrets: Secrets): Promise<void> {
  const { cert, key } = await secrets.issue({ authority: 'mesh', names: [identity] })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cert-chain.pem'), cert)
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'root-cert.pem'), secrets.mesh)
}
