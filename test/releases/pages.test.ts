import { expect, it } from 'vitest'
import { PAGE, releasesPage } from './pages.ts'

it('describes every behaviour, field and variable in docs/releases.md (npm run pages writes it)', async () => {
  await expect(releasesPage()).toMatchFileSnapshot(PAGE)
})
