import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import '../connect/returned' // takes what a provider left in the address, before the router reads it
import { Crashed, Lost } from './Lost'
import { Start } from './Start'
import { WorkspacePage } from './WorkspacePage'

// One address for every screen, with the workspace in it: a link that is sent to a colleague opens the same thing.
const root = createRootRoute({ notFoundComponent: () => <Lost />, errorComponent: Crashed })
const start = createRoute({ getParentRoute: () => root, path: '/', component: Start })
const workspace = createRoute({ getParentRoute: () => root, path: '/w/$workspaceId', component: WorkspacePage, notFoundComponent: () => <Lost inside /> })

const home = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/w/$workspaceId/credentials', params, replace: true })
  },
})
const catalog = createRoute({
  getParentRoute: () => workspace,
  path: '/credentials',
  component: lazyRouteComponent(() => import('../credentials/CatalogPage')),
  validateSearch: (search: Record<string, unknown>): { search?: string; family?: string; connected?: true } => ({
    ...(typeof search.search === 'string' && { search: search.search }),
    ...(typeof search.family === 'string' && { family: search.family }),
    ...(search.connected === true && { connected: true as const }),
  }),
})
const component = createRoute({
  getParentRoute: () => workspace,
  path: '/credentials/$componentKey',
  component: lazyRouteComponent(() => import('../credentials/ComponentPage')),
  validateSearch: (search: Record<string, unknown>): { add?: true } => (search.add === true ? { add: true } : {}),
})
const importing = createRoute({
  getParentRoute: () => workspace,
  path: '/components/import',
  component: lazyRouteComponent(() => import('../credentials/ImportPage')),
  validateSearch: (search: Record<string, unknown>): { key?: string } => (typeof search.key === 'string' ? { key: search.key } : {}),
})
const credential = createRoute({
  getParentRoute: () => workspace,
  path: '/credentials/$componentKey/$credentialId',
  component: lazyRouteComponent(() => import('../credentials/CredentialPage')),
})
const flows = createRoute({
  getParentRoute: () => workspace,
  path: '/flows',
  component: lazyRouteComponent(() => import('../flows/FlowsPage')),
  validateSearch: (search: Record<string, unknown>): { search?: string } => (typeof search.search === 'string' ? { search: search.search } : {}),
})
const flow = createRoute({
  getParentRoute: () => workspace,
  path: '/flows/$flowId',
  component: lazyRouteComponent(() => import('../flows/FlowPage')),
  validateSearch: (search: Record<string, unknown>): { step?: string; add?: true } => ({
    ...(typeof search.step === 'string' && { step: search.step }),
    ...(search.add === true && { add: true as const }),
  }),
})
const health = createRoute({
  getParentRoute: () => workspace,
  path: '/health',
  component: lazyRouteComponent(() => import('../health/HealthPage')),
})
const members = createRoute({
  getParentRoute: () => workspace,
  path: '/members',
  component: lazyRouteComponent(() => import('../settings/MembersPage')),
})
const tokens = createRoute({
  getParentRoute: () => workspace,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../settings/TokensPage')),
})
const account = createRoute({
  getParentRoute: () => workspace,
  path: '/account',
  component: lazyRouteComponent(() => import('../settings/AccountPage')),
})

const clients = createRoute({
  getParentRoute: () => workspace,
  path: '/clients',
  component: lazyRouteComponent(() => import('../settings/ClientsPage')),
})

// Where providers lead back to, in a small window: without the frame.
const ConnectedPage = lazyRouteComponent(() => import('../connect/ConnectedPage'))
const connected = createRoute({ getParentRoute: () => root, path: '/w/$workspaceId/connected', component: ConnectedPage })
const connectedNowhere = createRoute({ getParentRoute: () => root, path: '/connected', component: ConnectedPage })

export const router = createRouter({
  routeTree: root.addChildren([
    start,
    connected,
    connectedNowhere,
    workspace.addChildren([home, catalog, component, importing, credential, flows, flow, health, members, tokens, clients, account]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
