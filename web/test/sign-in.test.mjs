import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { chromium } from 'playwright-core'
import { startKeyward } from './server.mjs'

const screenshots = join(import.meta.dirname, '../screenshots')
const token = /kw[li]_[a-z2-7]+/

let keyward
let browser

before(async () => {
  await mkdir(screenshots, { recursive: true })
  keyward = await startKeyward()
  keyward.url = keyward.url.replace('127.0.0.1', 'localhost') // as its links say
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
})

/** A browser of somebody's own, and a record of everything that should not happen. */
async function open(t, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, ...options })
  t.after(() => context.close())
  const seen = { errors: [], elsewhere: [], urls: [], refused: [] }
  context.on('request', (request) => {
    const url = new URL(request.url())
    seen.urls.push(request.url())
    if (url.protocol.startsWith('http') && url.origin !== keyward.url) seen.elsewhere.push(request.url())
  })
  // Chromium writes every refusal to the console, too: those that a test is about are counted apart.
  context.on('response', (response) => response.status() >= 400 && seen.refused.push(response.status()))
  context.on('console', (message) => {
    if (message.type() === 'error' && !/^Failed to load resource: the server responded/.test(message.text())) seen.errors.push(message.text())
  })
  context.on('weberror', (error) => seen.errors.push(String(error.error())))
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI}`))
  })
  return { page: await context.newPage(), context, seen }
}

/** Where one is once signed in. */
const inTheApp = (url) => url.origin === keyward.url && /^\/(w\/|$)/.test(url.pathname)

async function signIn(page, link) {
  await page.goto(link ?? (await keyward.run('sign-in-link', '--base-url', keyward.url)))
  await page.waitForURL(inTheApp)
  await page.goto(`${keyward.url}/graphiql`)
  await page.getByRole('status').getByText(/^Signed in as Owner, OWNER in ./).waitFor()
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
}

async function invite(role) {
  const answer = await fetch(`${keyward.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${keyward.token}` },
    body: JSON.stringify({
      query: `mutation { createInvitation(input: {role: ${role}}) { ... on CreateInvitationSuccess { link } } }`,
    }),
  })
  const { data } = await answer.json()
  return data.createInvitation.link.replace(/^https?:\/\/[^/]+/, keyward.url)
}

/** All places beyond the page's memory where a token could have stayed. */
function kept(page) {
  return page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, document.documentElement.outerHTML]),
  )
}

async function clean(page, seen) {
  const store = await kept(page)
  assert.ok(!token.test(store), `the browser keeps a token: ${store.match(token)}`)
  assert.ok(!seen.urls.some((url) => token.test(new URL(url).pathname + new URL(url).search)), 'a token was sent in an address')
  assert.deepEqual(seen.errors, [])
  assert.deepEqual(seen.elsewhere, [])
}

async function overflows(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}

describe('signing in', () => {
  test('by the printed link, once', async (t) => {
    const { page, context, seen } = await open(t)
    const [link] = keyward.log().match(/http\S+\/sign-in#kwl_\S+/)
    await signIn(page, link)
    const [cookie] = await context.cookies()
    assert.deepEqual(
      { name: cookie.name, httpOnly: cookie.httpOnly, sameSite: cookie.sameSite, path: cookie.path },
      { name: 'keyward', httpOnly: true, sameSite: 'Lax', path: '/' },
    )
    assert.equal((await context.cookies()).length, 1)
    assert.equal(await page.evaluate(() => document.cookie), '', 'scripts can read the cookie')
    await clean(page, seen)
    assert.deepEqual(seen.refused, [])

    const second = await open(t)
    await second.page.goto(link)
    await second.page.getByRole('alert').getByText('This link has been used').waitFor()
    await second.page.screenshot({ path: join(screenshots, 'sign-in-used.png') })
    assert.equal(new URL(second.page.url()).hash, '')
    assert.deepEqual(second.seen.refused, [401])
    assert.deepEqual(await second.context.cookies(), [])
    await clean(second.page, second.seen)
    // The log has the link, since standard output is in it, and each token once only.
    assert.equal(keyward.log().split(link.split('#')[1]).length, 2, 'the token is in the log')
  })

  test('forgets the link before it asks', async (t) => {
    const { page } = await open(t)
    const link = await keyward.run('sign-in-link', '--base-url', keyward.url)
    let during
    await page.route('**/sign-in', async (route) => {
      if (route.request().method() === 'POST') during = page.url()
      await route.continue()
    })
    await signIn(page, link)
    assert.equal(during, `${keyward.url}/sign-in`)
  })

  test('by a link that is pasted into an open page', async (t) => {
    const { page, seen } = await open(t)
    await page.goto(`${keyward.url}/sign-in`)
    await page.getByText('keyward sign-in-link').waitFor()
    const link = await keyward.run('sign-in-link', '--base-url', keyward.url)
    await page.evaluate((to) => (location.href = to), link)
    await page.waitForURL(inTheApp)
    await clean(page, seen)
  })

  test('without a link says how to get one', async (t) => {
    const { page, seen } = await open(t)
    await page.goto(`${keyward.url}/sign-in`)
    await page.getByText('keyward sign-in-link').waitFor()
    assert.equal(await page.getByRole('link').count(), 0, 'a way is offered that isn’t there')
    assert.equal(await page.title(), 'Sign in · Keyward')
    await clean(page, seen)
    assert.deepEqual(seen.refused, [])
  })

  test('offers the identity provider, and says when it can’t be reached', async (t) => {
    const other = await startKeyward(
      ...['--oidc-issuer', 'http://127.0.0.1:1', '--oidc-client-id', 'keyward', '--oidc-name', 'Example Directory'],
    )
    t.after(() => other.stop())
    const { page, seen } = await open(t)
    await page.goto(`${other.url}/sign-in`)
    await page.getByRole('link', { name: 'Sign in with Example Directory' }).click()
    await page.getByRole('alert').getByText('The identity provider could not be reached').waitFor()
    assert.equal(page.url(), `${other.url}/sign-in`)
    await page.screenshot({ path: join(screenshots, 'sign-in-provider.png') })
    assert.deepEqual(seen.errors, [])
    assert.match(other.log(), /sign-in refused.*discovery: not reachable/)
    assert.ok(!seen.elsewhere.some((url) => !url.startsWith(other.url)), 'somebody else was asked')
  })

  test('goes on where one was going, by a pasted link, too, and when loaded again', async (t) => {
    const { page, seen } = await open(t)
    const wanted = '/w/ws_default/flows?search=x'
    await page.goto(keyward.url + wanted)
    await page.waitForURL((url) => url.pathname === '/sign-in')
    await page.getByText('keyward sign-in-link').waitFor()
    assert.equal(page.url(), `${keyward.url}/sign-in`, 'the address tells where one was going')
    await page.reload()
    await page.getByText('keyward sign-in-link').waitFor()
    const link = await keyward.run('sign-in-link', '--base-url', keyward.url)
    await page.evaluate((to) => (location.href = to), link)
    await page.waitForURL((url) => url.pathname === '/w/ws_default/flows')
    await clean(page, seen)
    await page.goto(`${keyward.url}/sign-in?${new URLSearchParams({ next: wanted })}`)
    await page.getByText('You are signed in already.').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Go on' }).getAttribute('href'), wanted)
  })

  test('leads to no other site', async (t) => {
    const { page } = await open(t)
    await signIn(page)
    for (const next of ['https://example.com/', '//example.com/', '/\\example.com/', '/.//example.com/', '\t//example.com', 'javascript:alert(1)', 'flows', '']) {
      await page.goto(`${keyward.url}/sign-in?${new URLSearchParams({ next })}`)
      assert.equal(await page.getByRole('link', { name: 'Go on' }).getAttribute('href'), '/', next)
    }
  })

  test('takes the identity provider’s people back where they were going', async (t) => {
    const other = await startKeyward('--oidc-issuer', 'http://127.0.0.1:1', '--oidc-client-id', 'keyward', '--oidc-name', 'Example Directory')
    t.after(() => other.stop())
    const { page } = await open(t)
    await page.goto(`${other.url}/sign-in?next=/w/ws_default/flows`)
    const way = page.getByRole('link', { name: 'Sign in with Example Directory' })
    assert.equal(await way.getAttribute('href'), '/sign-in/oidc?next=%2Fw%2Fws_default%2Fflows')
  })

  test('speaks German to who reads it', async (t) => {
    const { page, seen } = await open(t, { locale: 'de-DE' })
    await page.goto(`${keyward.url}/sign-in#kwl_used`)
    await page.getByRole('alert').getByText('Dieser Link wurde schon benutzt').waitFor()
    await page.getByText('Sie haben einen Anmelde-Link?').waitFor()
    assert.equal(await page.title(), 'Anmelden · Keyward')
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
    await page.goto(`${keyward.url}/sign-in?problem=denied`)
    await page.getByRole('alert').getByText('Die Anmeldung wurde abgebrochen').waitFor()
    await page.goto(await invite('VIEWER'))
    await page.getByText('als Betrachter, mit dem Recht zu lesen').waitFor()
    assert.ok(!seen.urls.some((url) => /react|mantine|index-/.test(url)), 'the small page loads the app')
    await clean(page, seen)
  })

  for (const colorScheme of ['light', 'dark']) {
    test(`fits a phone and goes by keyboard, ${colorScheme}`, async (t) => {
      const { page, seen } = await open(t, { colorScheme, viewport: { width: 375, height: 720 } })
      await page.goto(`${keyward.url}/sign-in`)
      await page.getByText('keyward sign-in-link').waitFor()
      assert.equal(await overflows(page), false)
      await page.screenshot({ path: join(screenshots, `sign-in-phone-${colorScheme}.png`) })
      const link = await invite('VIEWER')
      await page.goto(link)
      await page.reload() // the token is gone, so there is nothing to join
      await page.getByRole('alert').getByText('not whole').waitFor()
      await page.goto(link)
      await page.getByRole('heading', { name: /^Join / }).waitFor()
      assert.equal(await overflows(page), false)
      await page.screenshot({ path: join(screenshots, `invitation-phone-${colorScheme}.png`) })
      assert.equal(await page.evaluate(() => document.activeElement.id), 'name')
      await page.keyboard.type(`Phone ${colorScheme}`)
      await page.keyboard.press('Tab')
      assert.match(await page.evaluate(() => document.activeElement.textContent), /^Join /)
      assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'solid')
      await page.keyboard.press('Enter')
      await page.waitForURL(inTheApp)
      await page.goto(`${keyward.url}/graphiql`)
      await page.getByRole('status').getByText(new RegExp(`^Signed in as Phone ${colorScheme}, VIEWER in .`)).waitFor()
      await clean(page, seen)
    })
  }
})

describe('an invitation', () => {
  test('is shown, joined with one click, and used up', async (t) => {
    const link = await invite('EDITOR')
    const { page, seen } = await open(t)
    await page.goto(link)
    await page.getByText(/^browser invites you to .+ as an editor, who reads and writes\.$/).waitFor()
    assert.equal(new URL(page.url()).hash, '')
    await page.screenshot({ path: join(screenshots, 'invitation.png') })
    assert.equal(seen.urls.filter((url) => url.endsWith('/invitation')).length, 2, 'it was more than looked at')
    await page.getByRole('button', { name: /^Join / }).click()
    assert.equal(await page.getByLabel('Your name').evaluate((input) => input.validity.valueMissing), true)
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: /^Join / }).click()
    await page.waitForURL(inTheApp)
    await page.goto(`${keyward.url}/graphiql`)
    await page.getByRole('status').getByText(/^Signed in as Ada, EDITOR in ./).waitFor()
    await clean(page, seen)
    assert.deepEqual(seen.refused, [])

    const late = await open(t)
    await late.page.goto(link)
    await late.page.getByRole('alert').getByText('This invitation has been used').waitFor()
    await clean(late.page, late.seen)
  })

  test('is taken by who is signed in, under their own name', async (t) => {
    const { page, seen } = await open(t)
    await signIn(page)
    await page.goto(await invite('VIEWER'))
    await page.getByText('You are signed in as Owner.').waitFor()
    assert.equal(await page.getByLabel('Your name').count(), 0)
    await page.getByRole('button', { name: /^Join / }).click()
    await page.waitForURL(inTheApp)
    await page.goto(`${keyward.url}/graphiql`)
    await page.getByRole('status').getByText(/^Signed in as Owner, OWNER in ./).waitFor() // the higher role stays
    await clean(page, seen)
  })
})

describe('GraphiQL with a session', () => {
  test('runs as the person, and signs out', async (t) => {
    const { page, context, seen } = await open(t)
    await signIn(page)
    await page.screenshot({ path: join(screenshots, 'graphiql-session.png') })
    const sent = page.waitForRequest((request) => request.url().endsWith('/graphql') && request.postData()?.includes('petstore'))
    await page.getByRole('tab', { name: /^Component\b/ }).click()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.locator('.graphiql-response').getByText('"cmp_petstore"').first().waitFor()
    const headers = await (await sent).allHeaders()
    assert.match(headers.cookie, /^keyward=/)
    assert.match(headers['x-workspace'], /^ws_/)
    assert.equal(headers.authorization, undefined)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API token').waitFor()
    assert.deepEqual(await context.cookies(), [])
    await page.reload()
    await page.getByLabel('API token').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByText('keyward sign-in-link').waitFor()
    await clean(page, seen)
    assert.deepEqual(seen.refused, [])
  })

  test('lets a token travel alone', async (t) => {
    const { page } = await open(t)
    await signIn(page)
    await page.getByRole('button', { name: 'Use a token' }).click()
    await page.getByLabel('API token').fill(keyward.token)
    const sent = page.waitForRequest((request) => request.url().endsWith('/graphql'))
    await page.getByLabel('API token').press('Enter')
    await page.getByRole('status').getByText(/^Connected as browser, OWNER in ./).waitFor()
    const headers = await (await sent).allHeaders()
    assert.equal(headers.cookie, undefined)
    assert.equal(headers['x-workspace'], undefined)
    assert.equal(headers.authorization, `Bearer ${keyward.token}`)
  })

  test('works in the workspace that is chosen', async (t) => {
    const { page, seen } = await open(t)
    await signIn(page)
    await page.evaluate(async () => {
      const viewer = await fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ query: 'mutation { createWorkspace(input: {name: "Second"}) { __typename } }' }),
      })
      return viewer.json()
    })
    await page.reload()
    await page.locator('.graphiql-query-editor .view-line').first().waitFor()
    await page.getByRole('combobox', { name: 'Workspace' }).selectOption('Second')
    await page.getByRole('status').getByText('Signed in as Owner, OWNER in Second').waitFor()
    const sent = page.waitForRequest((request) => request.url().endsWith('/graphql') && request.postData()?.includes('credentials'))
    await page.getByRole('tab', { name: /^Credentials\b/ }).click()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    assert.match((await (await sent).allHeaders())['x-workspace'], /^ws_/)
    await page.screenshot({ path: join(screenshots, 'graphiql-workspaces.png') })
    await page.reload()
    await page.getByRole('status').getByText('Signed in as Owner, OWNER in Second').waitFor()
    assert.deepEqual(seen.errors, [])
  })

  test('opens in the workspace that a link names, if it is theirs, and leads back to the app', async (t) => {
    const { page, seen } = await open(t, { viewport: { width: 375, height: 720 } })
    await signIn(page)
    const made = await page.evaluate(async () => {
      const answer = await fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ query: 'mutation { createWorkspace(input: {name: "Linked"}) { ... on CreateWorkspaceSuccess { workspace { id } } } }' }),
      })
      return (await answer.json()).data?.createWorkspace.workspace.id
    })
    assert.ok(made)
    await page.goto(`${keyward.url}/graphiql?workspace=${made}`)
    await page.getByRole('status').getByText('Signed in as Owner, OWNER in Linked').waitFor()
    const rows = new Set(await page.locator('.bar > *').evaluateAll((parts) => parts.map((part) => Math.round((part.getBoundingClientRect().top + part.getBoundingClientRect().bottom) / 2))))
    assert.equal(rows.size, 2, 'the bar takes more than two rows of a phone')
    assert.equal(await overflows(page), false)
    await page.screenshot({ path: join(screenshots, 'graphiql-session-phone.png') })
    await page.goto(`${keyward.url}/graphiql?workspace=ws_elsewhere`)
    await page.getByRole('status').getByText('Signed in as Owner, OWNER in My workspace').waitFor()
    await page.getByRole('link', { name: 'Keyward' }).click()
    await page.waitForURL(inTheApp)
    assert.deepEqual(seen.refused, [])
    await clean(page, seen)
  })
})
