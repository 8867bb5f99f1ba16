/** Words about rendering that are needed before anything is rendered. */

/** A release whose name helm accepts everywhere. */
export const RELEASE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,50}[a-z0-9])?$/

/** The variable that allows a configuration to start programs. */
export const ALLOWING = 'VIPCTL_ALLOW_RENDER'

export const PERMISSION_HINT = `--allow-render or ${ALLOWING}=1 allows it`

/** The name of rendered manifests in messages. */
export const renderedName = (name: string): string => `${name} (rendered)`

export const PROGRAM_MISSING = {
  kustomize: 'neither kustomize nor kubectl is on the PATH',
  helm: 'helm is not on the PATH',
} as const
