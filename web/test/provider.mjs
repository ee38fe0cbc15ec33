// A real OAuth provider on this machine: oidc-provider, which wants PKCE, gives a new refresh token at each renewal and takes a
// whole grant back when an old one comes again. Its addresses are those of X, so that the catalog's component connects to it.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider, { interactionPolicy } from 'oidc-provider'

const scopes = ['openid', 'offline_access', 'tweet.read', 'tweet.write', 'users.read', 'offline.access', 'like.read']

/** Starts it. It knows its clients once `register` has been told where they lead back to. */
export async function startProvider() {
  let provider
  let denied = [] // scopes that nobody is granted
  const secrets = new Set() // codes and tokens that it gave, and the states that it was sent
  const clients = Object.fromEntries(['operators', 'own', 'typed'].map((id) => [id, { id: `client-${id}`, secret: randomBytes(24).toString('hex') }]))
  const server = createServer((request, response) => void answer(request, response).catch((error) => response.writeHead(500).end(String(error))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`

  async function answer(request, response) {
    const { pathname } = new URL(request.url, url)
    if (pathname === '/favicon.ico') return response.writeHead(204).end()
    if (pathname === '/2/users/me') return user(request, response)
    if (pathname.startsWith('/interaction/')) return interaction(request, response)
    return provider.callback()(request, response)
  }

  /** The API: who the token is of. */
  async function user(request, response) {
    const token = await provider.AccessToken.find(request.headers.authorization?.replace('Bearer ', '') ?? '')
    if (!token) return response.writeHead(401).end()
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ data: { id: `id-of-${token.accountId}`, username: token.accountId } }))
  }

  /** The page on which a person says who they are, and yes or no. */
  async function interaction(request, response) {
    const { params } = await provider.interactionDetails(request, response)
    if (request.method === 'GET') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page(params))
      return
    }
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    if (form.get('answer') === 'no') {
      return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'not-for-people-71c3' })
    }
    const accountId = form.get('account')
    const grant = new provider.Grant({ accountId, clientId: params.client_id })
    const wanted = params.scope?.split(' ') ?? []
    grant.addOIDCScope(wanted.filter((scope) => !denied.includes(scope)).join(' '))
    grant.rejectOIDCScope(wanted.filter((scope) => denied.includes(scope)).join(' '))
    return provider.interactionFinished(request, response, { login: { accountId, remember: false }, consent: { grantId: await grant.save() } })
  }

  function register(callback) {
    // Who said yes before is asked again, so that a person can be somebody else.
    const policy = interactionPolicy.base()
    const { Check } = interactionPolicy
    policy.get('login').checks.add(new Check('always', 'Everybody is asked.', ({ oidc }) => (oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT)))
    provider = new Provider(url, {
      clients: Object.values(clients).map(({ id, secret }) => ({
        client_id: id,
        client_secret: secret,
        redirect_uris: [callback],
        grant_types: ['authorization_code', 'refresh_token'],
      })),
      scopes,
      pkce: { required: () => true, methods: ['S256'] },
      issueRefreshToken: () => true,
      rotateRefreshToken: () => true,
      revokeGrantPolicy: () => true,
      features: { devInteractions: { enabled: false }, revocation: { enabled: true }, introspection: { enabled: true } },
      routes: { authorization: '/i/oauth2/authorize', token: '/2/oauth2/token', revocation: '/2/oauth2/revoke' },
      interactions: { policy, url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      cookies: { keys: [randomBytes(16).toString('hex')] },
      ttl: { AccessToken: 3600, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 86_400, RefreshToken: 86_400 },
    })
    provider.use(async (context, next) => {
      await next()
      const { state, code } = context.oidc?.params ?? {}
      const { access_token: access, refresh_token: refresh } = context.body ?? {}
      for (const secret of [state, code, access, refresh]) if (typeof secret === 'string') secrets.add(secret)
    })
  }

  return {
    url,
    clients,
    secrets,
    register,
    deny: (...scopes) => (denied = scopes),
    /** Whether it still knows the token. */
    knows: async (token) => (await provider.AccessToken.find(token)) !== undefined || (await provider.RefreshToken.find(token)) !== undefined,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const page = ({ client_id: client, scope = '' }) => `<!doctype html>
<html lang="en"><title>Say yes</title>
<h1>${client} wants: ${scope}</h1>
<form method="post">
<label>Account <input name="account" value="larry"></label>
<button name="answer" value="yes">Yes</button>
<button name="answer" value="no">No</button>
</form>`
