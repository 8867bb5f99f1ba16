/** Comparing running proxies, for every command that does. */
import { groupBy } from '../../common/collections.ts'
import { clean } from '../../formats/clean.ts'
import { isVerified, type UnverifiedProxy, type Verified } from '../../index.ts'
import type { Evidence } from '../../input/dumps/evidence.ts'
import type { Verifier } from '../../input/dumps/verify.ts'
import { namesText } from '../../input/words.ts'
import type { InputOptions } from '../input-options.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'

/** The options for reading the mesh. Beside files, those of a cluster say only where the proxies are. */
export function optionsOfMesh<O extends InputOptions>(options: O): O {
  const { filename = [], useKube = false } = options
  if (filename.length === 0 || useKube) return options
  const { kubeconfig: _, context: __, remoteSecrets: ___, ...others } = options
  return others as O
}

/** Compares proxies one by one, with the progress on a terminal. */
export async function compareAll(
  verifier: Verifier,
  evidence: readonly Evidence[],
  session: Session,
): Promise<readonly Verified[]> {
  const progress = new Progress(session)
  const all: Verified[] = []
  try {
    for (const each of evidence) {
      await progress.show(`comparing proxies: ${all.length + 1} of ${evidence.length}, ${clean(each.name)}`)
      all.push(await verifier.verify(each))
    }
    return all
  } finally {
    await progress.clear()
  }
}

/** How many proxies a message about several names. */
const MOST_NAMED = 5

/** A failure without the name of its proxy, so that those that are alike for several proxies are known. */
function failureKey({ name, error, notModelled }: UnverifiedProxy): string {
  const pod = name.slice(0, name.lastIndexOf('.'))
  const message = error.message.replaceAll(name, '*')
  return `${notModelled} ${pod === '' ? message : message.replaceAll(pod, '*')}`
}

/** An input error is one of the run, unless vipctl could not have compared the proxy anyway. */
export async function reportFailures(all: readonly Verified[], session: Session): Promise<void> {
  const failed = all.flatMap((each) => (isVerified(each) ? [] : [each]))
  for (const [key, [first, ...others]] of groupBy(failed, failureKey)) {
    const { name, error, notModelled } = first
    const names = namesText(
      others.map((each) => each.name),
      MOST_NAMED,
    )
    const own = key.includes('*') ? error.message : `${name}: ${error.message}`
    const text = others.length > 0 ? `${own}; the same for ${names}` : own
    if (notModelled && failed.length < all.length) await session.warn(text, error.hint)
    else await session.error(text, error.hint)
  }
}
