// Connecting an account at a provider, with a real one on this machine: in a window of its own, without one, and what may go wrong.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { api, axe, kept, openApp, overflows, phone, shot, startBrowser } from './app.mjs'
import { startProvider } from './provider.mjs'
import { startKeyward } from './server.mjs'

let provider
let keyward
let browser

before(async () => {
  provider = await startProvider()
  keyward = await startKeyward(
    'KEYWARD_EGRESS_ALLOW=127.0.0.0/8,::1/128',
    `KEYWARD_COMPONENT_TWITTER_X_WEB_URL=${provider.url}`,
    `KEYWARD_COMPONENT_TWITTER_X_API_URL=${provider.url}`,
    `KEYWARD_OAUTH_TWITTER_X_CLIENT_ID=${provider.clients.operators.id}`,
    `KEYWARD_OAUTH_TWITTER_X_CLIENT_SECRET=${provider.clients.operators.secret}`,
  )
  const { oauthProviders } = await api(keyward, '{ oauthProviders { callbackUrl } }')
  provider.register(oauthProviders[0].callbackUrl)
  browser = await startBrowser()
})

beforeEach(() => provider.deny())

after(async () => {
  await browser?.close()
  await keyward?.stop()
  await provider?.stop()
})

const button = (page, name) => page.getByRole('button', { name, exact: true })
const row = (page, name) => page.getByRole('article', { name, exact: true })

/** The app on a page of it. The provider may be asked, too. */
async function open(t, options) {
  const opened = await openApp(t, keyward, browser, { path: 'credentials/twitter-x?add=true', ...options })
  const { guard } = opened
  const clean = guard.clean
  guard.clean = (options) => {
    guard.elsewhere = guard.elsewhere.filter((address) => !address.startsWith(`${provider.url}/`))
    clean(options)
  }
  return opened
}

/** Presses what opens the provider's window; answers with the window. */
async function away(context, press) {
  const opened = context.waitForEvent('page')
  await press()
  const popup = await opened
  await popup.getByRole('heading', { name: /wants:/ }).waitFor()
  return popup
}

async function sayYes(popup, account = 'larry') {
  await popup.getByLabel('Account').fill(account)
  await button(popup, 'Yes').click()
}

const connect = (page) => button(page, 'Connect with X (Twitter)').click()

async function credentials(search) {
  const { credentials } = await api(
    keyward,
    `query ($filter: CredentialFilter) { credentials(first: 100, filter: $filter) { nodes {
      id name status grantedScopes missingScopes flows(first: 9) { nodes { id name status } } connection { account { name } }
    } } }`,
    { filter: { search } },
  )
  return credentials.nodes
}

/** Connects an account as a person would, and answers with its row. */
async function connected(page, context, name, { account } = {}) {
  await page.getByLabel('Account name').fill(name)
  await sayYes(await away(context, () => connect(page)), account)
  await row(page, name).waitFor()
  return row(page, name)
}

test('an account is connected in a window of its own, which closes', async (t) => {
  const { page, context, guard } = await open(t)
  await page.getByLabel('Account name').fill('In a window')
  const popup = await away(context, () => connect(page))
  await page.getByText('Waiting for you to say yes at X (Twitter) …').waitFor()
  await shot(page, 'connect-waiting')
  assert.match(await popup.getByRole('heading').textContent(), /^client-operators wants: tweet.read tweet.write users.read offline.access$/)
  const closed = popup.waitForEvent('close')
  await sayYes(popup)
  await page.getByText('In a window is connected to larry.').waitFor()
  await closed
  const connectedRow = row(page, 'In a window')
  await connectedRow.getByText('Connected to larry').waitFor()
  await connectedRow.getByText('renewed automatically').waitFor()
  const [credential] = await credentials('In a window')
  assert.equal(credential.status, 'VERIFIED')
  assert.deepEqual(credential.grantedScopes, ['offline.access', 'tweet.read', 'tweet.write', 'users.read'])
  guard.clean()
})
