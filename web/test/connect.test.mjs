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

/** Connects an account as a person would; answers with the credential's id. */
async function connected(page, context, name, account) {
  await page.getByLabel('Account name').fill(name)
  await sayYes(await away(context, () => connect(page)), account)
  await row(page, name).waitFor()
  return (await credentials(name))[0].id
}

const reconnect = (page, name) => button(page, `Reconnect ${name}`).click()

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

test('where no window may open, the tab goes there and comes back to the credential', async (t) => {
  const { page, context, workspace, guard } = await open(t)
  await context.addInitScript(() => (window.open = () => null))
  await page.reload()
  await page.getByLabel('Account name').fill('In the tab')
  await connect(page)
  await page.getByRole('heading', { name: /wants:/ }).waitFor()
  await sayYes(page)
  await page.getByText('In the tab is connected to larry.').waitFor()
  const [{ id }] = await credentials('In the tab')
  assert.equal(page.url(), `${workspace}/credentials/twitter-x/${id}`)
  assert.equal(context.pages().length, 1)
  guard.clean()
})

test('where the tab that began is gone, the window finishes by itself', async (t) => {
  const { page, context, guard } = await open(t)
  await page.getByLabel('Account name').fill('Orphan')
  const popup = await away(context, () => connect(page))
  await page.close({ runBeforeUnload: false })
  await sayYes(popup)
  await popup.getByText('Orphan is connected to larry.').waitFor()
  await popup.getByRole('heading', { name: 'Orphan' }).waitFor()
  guard.clean()
})

test('who says no is told so, and what was typed is still there', async (t) => {
  const { page, context, guard } = await open(t)
  await page.getByLabel('Account name').fill('Refused')
  const popup = await away(context, () => connect(page))
  await button(popup, 'No').click()
  await page.getByRole('alert').getByText('Access was not granted.').waitFor()
  assert.equal(await page.getByLabel('Account name').inputValue(), 'Refused')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Connect with X (Twitter)')
  assert.deepEqual(await credentials('Refused'), [])
  assert.ok(!(await page.content()).includes('not-for-people'), 'the provider’s raw words are shown')
  await sayYes(await away(context, () => connect(page)))
  await row(page, 'Refused').waitFor()
  guard.clean()
})

test('who closed the window opens it again, or gives it up', async (t) => {
  const { page, context, guard } = await open(t)
  await page.getByLabel('Account name').fill('Again')
  await (await away(context, () => connect(page))).close()
  const popup = await away(context, () => button(page, 'Open the page again').click())
  await button(page, 'Cancel').click()
  assert.equal(await page.getByLabel('Account name').inputValue(), 'Again')
  await button(popup, 'No').click() // nobody waits for it any more
  await popup.getByRole('heading', { name: 'It is not connected' }).waitFor()
  await popup.getByRole('alert').getByText('Access was not granted.').waitFor()
  await popup.close()
  guard.clean()
})

test('two tabs that wait each get their own', async (t) => {
  const { page: one, context, guard, workspace } = await open(t)
  const two = await context.newPage()
  await two.goto(`${workspace}/credentials/twitter-x?add=true`)
  await one.getByLabel('Account name').fill('The first')
  await two.getByLabel('Account name').fill('The second')
  await one.bringToFront()
  const ofOne = await away(context, () => connect(one))
  await two.bringToFront()
  const ofTwo = await away(context, () => connect(two))
  await sayYes(ofOne)
  await one.getByText('The first is connected to larry.').waitFor()
  await two.getByText('Waiting for you to say yes').waitFor()
  await sayYes(ofTwo)
  await two.getByText('The second is connected to larry.').waitFor()
  guard.clean()
})

test('connecting again keeps the id, and the active flow that uses it', async (t) => {
  const { page, context, guard } = await open(t)
  const id = await connected(page, context, 'Kept')
  const { createFlow } = await api(
    keyward,
    'mutation ($input: CreateFlowInput!) { createFlow(input: $input) { ... on CreateFlowSuccess { flow { id } } } }',
    { input: { name: 'Goes on', steps: [{ key: 'x', componentId: 'cmp_twitter-x', credentialId: id }] } },
  )
  const { activateFlow } = await api(keyward, 'mutation ($input: ActivateFlowInput!) { activateFlow(input: $input) { __typename } }', { input: createFlow.flow })
  assert.equal(activateFlow.__typename, 'ActivateFlowSuccess')
  await sayYes(await away(context, () => reconnect(page, 'Kept')), 'moe')
  await page.getByText('Kept is connected to moe.').waitFor()
  await page.getByText('Kept opens another account than before.').waitFor()
  const [now, ...others] = await credentials('Kept')
  assert.deepEqual(others, [])
  assert.equal(now.id, id)
  assert.equal(now.connection.account.name, 'moe')
  assert.deepEqual(now.flows.nodes.map(({ name, status }) => [name, status]), [['Goes on', 'ACTIVE']])
  guard.clean()
})

test('what was not granted is shown, and connecting again gets it', async (t) => {
  const { page, context, guard } = await open(t)
  provider.deny('tweet.write')
  await connected(page, context, 'Half')
  const missing = 'These scopes were asked for and not granted: tweet.write.'
  assert.equal(await page.getByText(missing).count(), 2, 'it is told once in passing, and once in the row')
  await row(page, 'Half').getByRole('link', { name: 'Half' }).click()
  await page.getByRole('heading', { name: 'Half' }).waitFor()
  await page.getByRole('main').getByText(missing).waitFor()
  await page.getByText('Missing scopes').waitFor()
  assert.deepEqual((await credentials('Half'))[0].missingScopes, ['tweet.write'])
  provider.deny()
  await sayYes(await away(context, () => reconnect(page, 'Half')))
  await page.getByRole('main').getByText(missing).waitFor({ state: 'detached' })
  assert.deepEqual((await credentials('Half'))[0].missingScopes, [])
  guard.clean()
})

test('other scopes than the method’s are asked for, and again the next time', async (t) => {
  const { page, context, guard } = await open(t)
  await page.getByLabel('Account name').fill('Other scopes')
  await button(page, 'More (optional)').click()
  await page.getByRole('checkbox', { name: 'tweet.write' }).uncheck()
  await page.getByLabel('Another scope').fill('like.read')
  await page.keyboard.press('Enter')
  assert.ok(await page.getByRole('checkbox', { name: 'like.read' }).isChecked())
  const asked = /wants: tweet.read users.read offline.access like.read$/
  let popup = await away(context, () => connect(page))
  assert.match(await popup.getByRole('heading').textContent(), asked)
  await sayYes(popup)
  await row(page, 'Other scopes').waitFor()
  await button(page, 'Edit Other scopes').click()
  await button(page, 'More (optional)').click()
  assert.equal(await page.getByRole('checkbox', { name: 'tweet.write' }).isChecked(), false)
  assert.ok(await page.getByRole('checkbox', { name: 'like.read' }).isChecked())
  popup = await away(context, () => button(page, 'Reconnect').click())
  assert.match(await popup.getByRole('heading').textContent(), asked)
  await sayYes(popup)
  await page.getByText('Other scopes is connected to larry.').first().waitFor()
  guard.clean()
})

test('name and end of a connected one are saved without the provider', async (t) => {
  const { page, context, guard } = await open(t)
  const id = await connected(page, context, 'Old name')
  await button(page, 'Edit Old name').click()
  await page.getByLabel('Account name').fill('New name')
  await button(page, 'Save').click()
  await row(page, 'New name').waitFor()
  assert.deepEqual((await credentials('New name')).map((credential) => [credential.id, credential.status]), [[id, 'VERIFIED']])
  assert.equal(context.pages().length, 1)
  guard.clean()
})

describe('with a client of one’s own', () => {
  test('an owner sets it in the settings, connects with it, and deletes it', async (t) => {
    const { page, context, to, guard } = await open(t, { path: 'clients' })
    const x = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Use your own client for X (Twitter)', exact: true }).or(page.getByRole('button', { name: 'Change the client for X (Twitter)', exact: true })) })
    await x.getByText(provider.clients.operators.id).waitFor()
    await page.getByText(`${keyward.url}/oauth/callback`).waitFor()
    await button(page, 'Use your own client for X (Twitter)').click()
    const dialog = page.getByRole('dialog')
    await button(dialog, 'Save').click()
    await dialog.getByText('A client ID is needed').waitFor()
    await dialog.getByLabel('Client ID').fill(provider.clients.own.id)
    await dialog.locator('input[type=password]').fill(provider.clients.own.secret)
    await button(dialog, 'Save').click()
    await x.getByText('This workspace’s own').waitFor()
    assert.ok(!JSON.stringify(await kept(page)).includes(provider.clients.own.secret), 'the secret is kept in the browser')

    await to('credentials/twitter-x?add=true')
    await page.getByLabel('Account name').fill('By our own')
    const popup = await away(context, () => connect(page))
    assert.match(await popup.getByRole('heading').textContent(), /^client-own wants/)
    await sayYes(popup)
    await row(page, 'By our own').waitFor()

    await to('clients')
    await x.getByText(/\d+ credentials? (is|are) connected through it/).waitFor()
    await button(page, 'Delete the client for X (Twitter)').click()
    await dialog.getByText(/connected through it: once the access token ends, .* to be connected again/).waitFor()
    await button(dialog, 'Delete').click()
    await x.getByText('The operator’s').waitFor()
    await x.getByText(provider.clients.operators.id).waitFor()
    guard.clean()
  })

  test('one that is typed beside the addresses connects, too, and deleting tells that the provider took the tokens back', async (t) => {
    const { page, context, guard } = await open(t, { path: 'credentials/oauth2?add=true' })
    await connectTyped(page, context, 'Generic')
    const known = [...provider.secrets]
    await button(page, 'Delete Generic').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Generic is deleted. OAuth 2.0 took the tokens back').waitFor()
    const { id, secret } = provider.clients.typed
    assert.ok(known.length > 0 && id && secret)
    for (const token of known.slice(-2)) assert.equal(await provider.knows(token), false, 'the provider still takes a token')
    guard.clean()
  })

  test('several that are deleted at once are told, too', async (t) => {
    const { page, context, to, guard } = await open(t, { path: 'credentials/oauth2?add=true' })
    await connectTyped(page, context, 'One of two')
    await to('health')
    await page.getByRole('checkbox', { name: 'Select One of two' }).first().check()
    await button(page, 'Delete 1').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete 1', exact: true }).click()
    await page.getByText('The providers took back the access of 1.').waitFor()
    guard.clean()
  })

  test('what the gateway finds wrong stands beside its field', async (t) => {
    const { page, context, guard } = await open(t, { path: 'credentials/oauth2?add=true' })
    await typeGeneric(page, 'Wrong')
    await page.getByLabel('Token URL').and(page.locator('input')).fill(`${provider.url}/2/oauth2/token?key=1`)
    await button(page, 'Connect with OAuth 2.0').click()
    await page.locator('[aria-invalid=true]').waitFor()
    await page.getByText('Something has to be put right above.').waitFor()
    assert.equal(context.pages().length, 1, 'the window stays')
    guard.clean()
  })

  async function typeGeneric(page, name) {
    const input = (label) => page.getByLabel(label).and(page.locator('input'))
    await page.getByLabel('Account name').fill(name)
    await input('Authorization URL').fill(`${provider.url}/i/oauth2/authorize`)
    await input('Token URL').fill(`${provider.url}/2/oauth2/token`)
    await input('Revocation URL').fill(`${provider.url}/2/oauth2/revoke`)
    await input('Client ID').fill(provider.clients.typed.id)
    await input('Client secret').fill(provider.clients.typed.secret)
    await input('Test URL').fill(`${provider.url}/2/users/me`)
    await button(page, 'More (optional)').click()
    await page.getByLabel('Another scope').fill('tweet.read')
    await button(page, 'Add').click()
  }

  async function connectTyped(page, context, name) {
    await typeGeneric(page, name)
    await page.getByText(`${keyward.url}/oauth/callback`).waitFor()
    await sayYes(await away(context, () => button(page, 'Connect with OAuth 2.0').click()))
    await row(page, name).waitFor()
  }
})

describe('without a client', () => {
  test('an owner is shown where to set one', async (t) => {
    const { page, guard } = await open(t, { path: 'credentials/gmail?add=true' })
    await page.getByText('Nobody can connect with Gmail yet').waitFor()
    assert.equal(await page.getByRole('button', { name: /^Connect with/ }).count(), 0)
    await page.getByRole('link', { name: 'Set the OAuth client' }).click()
    await page.getByRole('heading', { name: 'OAuth clients' }).waitFor()
    guard.clean()
  })

  test('others are told whom to ask', async (t) => {
    const { page, to, guard } = await open(t, { role: 'EDITOR', path: 'credentials/gmail?add=true' })
    await page.getByText('Ask an owner of this workspace').waitFor()
    await to('clients')
    await page.getByText('Only owners see and set OAuth clients.').waitFor()
    guard.clean()
  })
})

test('codes, states, tickets and tokens stay nowhere', async (t) => {
  const { page, context, guard } = await open(t)
  const tickets = []
  context.on('request', (request) => {
    const { query = '', variables } = request.url().startsWith(`${keyward.url}/graphql`) ? request.postDataJSON() : {}
    if (query.includes('completeAuthorization')) tickets.push(variables.input.ticket)
  })
  await page.getByLabel('Account name').fill('Secret')
  const popup = await away(context, () => connect(page))
  const left = []
  popup.on('framenavigated', (frame) => left.push(frame.url()))
  await context.addInitScript(() => (window.close = () => {})) // so that it can be looked at
  await sayYes(popup)
  await row(page, 'Secret').waitFor()
  await popup.getByText('You can close this window').waitFor()
  assert.match(popup.url(), /\/w\/[^/]+\/connected$/)
  const devtools = await context.newCDPSession(popup)
  const { entries } = await devtools.send('Page.getNavigationHistory')
  const ours = entries.filter(({ url }) => url.startsWith(keyward.url))
  // A page's own address, as it came, is in its memory's list of timings for good. It ends with the window, and the ticket is used.
  const timings = await popup.evaluate(() => performance.getEntries().flatMap(({ name, entryType }) => (entryType === 'navigation' ? [] : [name])))
  const storage = await context.storageState({ indexedDB: true })
  const places = { page: await kept(page), popup: await kept(popup), ours, timings, storage, log: keyward.log() }
  assert.equal(tickets.length, 1)
  const secrets = [...provider.secrets, ...tickets]
  assert.ok(secrets.length >= 5, 'state, code, two tokens and a ticket were seen')
  for (const [place, content] of Object.entries(places)) {
    const found = secrets.findIndex((secret) => JSON.stringify(content).includes(secret))
    assert.equal(found, -1, `secret ${found} of ${secrets.length} was kept: ${place}`)
  }
  assert.ok(guard.urls.some((url) => url.includes('/oauth/callback?')), 'the callback was not seen')
  guard.clean()
})

describe('the page that providers lead back to', () => {
  test('says what went wrong where it is not known whose it was', async (t) => {
    const { page, guard } = await open(t)
    await page.goto(`${keyward.url}/connected#problem=OTHER_SESSION`)
    await page.getByRole('alert').getByText('This connection was begun in another session than the one that came back').waitFor()
    assert.equal(page.url(), `${keyward.url}/connected`)
    assert.deepEqual(await axe(page), [])
    await shot(page, 'connected-problem')
    await page.getByRole('link', { name: 'Go to the credentials' }).click()
    await page.waitForURL(/\/credentials$/)
    guard.clean()
  })

  test('does nothing without an answer', async (t) => {
    const { page, workspace, guard } = await open(t)
    await page.goto(`${workspace}/connected`)
    await page.getByRole('heading', { name: 'Nothing to do here' }).waitFor()
    guard.clean()
  })

  test('takes a ticket from nobody else', async (t) => {
    const { page, workspace, guard } = await open(t)
    await page.goto(`${workspace}/connected#ticket=made-up`)
    await page.getByRole('heading', { name: 'It is not connected' }).waitFor()
    assert.equal(page.url(), `${workspace}/connected`)
    guard.clean()
  })
})

describe('how it looks', () => {
  let id
  before(async () => {
    provider.deny('tweet.write')
    const { page, context } = await open({ after: () => {} })
    id = await connected(page, context, 'Looked at, with a name that is long enough to go over a line or two')
    await context.close()
  })

  const looks = {
    'light-desktop-en': {},
    'dark-desktop-de': { theme: 'dark', locale: 'de-DE' },
    'light-phone-de': { viewport: phone, locale: 'de-DE' },
    'dark-phone-en': { viewport: phone, theme: 'dark' },
  }
  for (const [name, options] of Object.entries(looks)) {
    test(name, async (t) => {
      const { page, context, to, guard } = await open(t, options)
      const look = async (screen) => {
        await page.waitForLoadState('networkidle')
        await page.mouse.move(0, 0) // where it opens no tooltip
        await page.getByRole('tooltip').first().waitFor({ state: 'detached' })
        assert.deepEqual(await axe(page), [], screen)
        assert.equal(await overflows(page), false, `${screen} has to be scrolled sideways`)
        await shot(page, `${screen}-${name}`, { fullPage: true })
      }
      const main = page.getByRole('main')
      await main.locator('form [aria-expanded=false]').last().click()
      await main.getByRole('checkbox').first().waitFor()
      await look('connect-form')
      const opened = context.waitForEvent('page')
      await main.locator('form button[type=submit]').click()
      const popup = await opened
      await main.getByRole('status').getByText(/X \(Twitter\)/).waitFor()
      await popup.getByRole('heading', { name: /wants:/ }).waitFor()
      await look('connect-waits')
      await button(popup, 'No').click()
      await main.getByRole('alert').waitFor()
      await look('connect-refused')
      await to('credentials/twitter-x')
      await page.getByRole('article').first().waitFor()
      await look('connect-rows')
      await to(`credentials/twitter-x/${id}`)
      await page.getByText('tweet.write').first().waitFor()
      await look('connect-credential')
      await to('credentials/gmail?add=true')
      await main.getByRole('alert').waitFor()
      await look('connect-no-client')
      await to('clients')
      await main.getByRole('listitem').first().waitFor()
      await look('clients')
      await main.getByRole('listitem').last().getByRole('button').first().click()
      await page.getByRole('dialog').waitFor()
      await look('client-form')
      guard.clean()
    })
  }
})
