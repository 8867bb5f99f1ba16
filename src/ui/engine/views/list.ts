/** All lists. */
import type { ViewId } from '../../protocol.ts'
import type { OpenView, State, View } from '../view.ts'
import { conflictsView } from './conflicts.ts'
import { clustersView, endpointsView, listenersView, routesView } from './envoy.ts'
import { findingsView } from './findings.ts'
import { gatewaysView } from './gateways.ts'
import { hostsView } from './hosts.ts'
import { namesView } from './names.ts'
import { namespacesView, proxiesView } from './proxies.ts'

const VIEWS: Readonly<Record<ViewId, View>> = {
  hosts: hostsView,
  names: namesView,
  listeners: listenersView,
  clusters: clustersView,
  endpoints: endpointsView,
  routes: routesView,
  gateways: gatewaysView,
  conflicts: conflictsView,
  findings: findingsView,
  proxies: proxiesView,
  namespaces: namespacesView,
}

export const openView = async (view: ViewId, state: State): Promise<OpenView> => VIEWS[view](state)
