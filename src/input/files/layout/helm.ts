/** Folders with Helm charts: their templates are not YAML before they are rendered. */

const CHART_FILE = 'Chart.yaml'

/** Folders of a chart that hold templates, and charts that it brings. */
const FOLDERS: ReadonlySet<string> = new Set(['templates', 'charts'])

/** What the templates are filled in with, and what describes the chart. */
const FILES = /^(?:Chart\.yaml|Chart\.lock|requirements\.ya?ml|values.*\.(?:ya?ml|json))$/

export const isChart = (names: ReadonlySet<string>): boolean => names.has(CHART_FILE)

/** Whether an entry of a chart's folder holds no objects before the chart is rendered. */
export const belongsToChart = (name: string, isFolder: boolean): boolean =>
  isFolder ? FOLDERS.has(name) : FILES.test(name)
