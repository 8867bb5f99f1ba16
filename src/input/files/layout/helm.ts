/** Folders with Helm charts, whose templates are not YAML until they are rendered. */

export const CHART_FILE = 'Chart.yaml'

/** The values of a chart that apply unless others are given. */
export const VALUES_FILE = 'values.yaml'

/** Folders of a chart that contain templates or bundled charts. */
const FOLDERS: ReadonlySet<string> = new Set(['templates', 'charts'])

/** Values for the templates, and descriptions of the chart. */
const FILES = /^(?:Chart\.yaml|Chart\.lock|requirements\.ya?ml|values.*\.(?:ya?ml|json))$/

export const isChart = (names: ReadonlySet<string>): boolean => names.has(CHART_FILE)

/** Whether an entry of a chart's folder has no objects until the chart is rendered. */
export const belongsToChart = (name: string, isFolder: boolean): boolean =>
  isFolder ? FOLDERS.has(name) : FILES.test(name)
