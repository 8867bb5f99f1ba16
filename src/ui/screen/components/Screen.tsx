/** The whole screen. */
import { Box, useInput } from 'ink'
import { type ReactElement, useSyncExternalStore } from 'react'
import type { App } from '../model/app.ts'
import { press } from '../model/input.ts'
import { List } from '../model/list.ts'
import { KeyBar, StatusBar, TitleBar } from './Bars.tsx'
import { ListView } from './ListView.tsx'
import { TextView } from './TextView.tsx'

export function Screen({ app }: { readonly app: App }): ReactElement {
  useSyncExternalStore(app.subscribe, app.version)
  useInput((input, key) => press(app, input, key))
  const { top, columns, height } = app
  return (
    <Box flexDirection="column" width={columns} height={height}>
      <TitleBar app={app} />
      {top instanceof List ? <ListView app={app} list={top} /> : <TextView app={app} page={top} />}
      <StatusBar app={app} />
      <KeyBar app={app} />
    </Box>
  )
}
