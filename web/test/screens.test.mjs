// Every screen in both themes, on a phone and in German: axe finds nothing, nothing is wider than the window, nobody else is
// asked, and a picture of it is in web/screenshots.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { api, axe, makeCredential, openApp, openBrowser, overflows, phone, shot, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

const looks = {
  light: {},
  dark: { theme: 'dark' },
  phone: { viewport: phone },
  'phone-german-dark': { viewport: phone, theme: 'dark', locale: 'de-DE' },
}

let keyward
let browser
let credential
let flow

before(async () => {
  keyward = await startKeyward('--egress-allow', '127.0.0.0/8')
  browser = await startBrowser()
  credential = await makeCredential(keyward, 'Main shop', { flows: ['Pets to CRM, every morning'] })
  await makeCredential(keyward, 'A shop with a name as long as somebody may want it to be, and then a word without end: Donaudampfschifffahrtsgesellschaft')
  const { flows } = await api(keyward, '{ flows { nodes { id } } }')
  flow = flows.nodes[0].id
  const { createApiToken } = await api(keyward, 'mutation { createApiToken(input: {name: "nightly export", role: EDITOR}) { __typename } }')
  assert.equal(createApiToken.__typename, 'CreateApiTokenSuccess')
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
})

const rows = (page) => page.getByRole('article').first().waitFor()
const form = (page) => page.locator('form input').first().waitFor()

/** What is on each screen when it is all there, and what is done first. */
const screens = {
  catalog: { path: () => 'credentials', ready: (page) => page.locator('.tile').first().waitFor() },
  'catalog-empty': { path: () => 'credentials?search=nothing-like-this', ready: (page) => page.locator('main h2').first().waitFor() },
  component: { path: () => 'credentials/petstore', ready: rows },
  'component-empty': { path: () => 'credentials/slack', ready: (page) => page.locator('main h2').first().waitFor() },
  'component-add': { path: () => 'credentials/postgresql?add=true', ready: form },
  'component-edit': {
    path: () => 'credentials/petstore',
    async ready(page) {
      await page.getByRole('article', { name: 'Main shop' }).getByRole('button').first().click()
      await form(page)
    },
  },
  'component-mistakes': {
    path: () => 'credentials/rest-api?add=true',
    async ready(page) {
      await page.locator('main form button[type=submit]').click()
      await page.locator('[aria-invalid=true]').first().waitFor()
    },
  },
  'component-rejected': {
    path: () => 'credentials/petstore?add=true',
    async ready(page) {
      await page.locator('input[type=password]').fill('wrong')
      await page.locator('main form button[type=submit]').click()
      await page.getByRole('alert').waitFor()
    },
  },
  'delete-in-use': {
    path: () => 'credentials/petstore',
    async ready(page) {
      await page.getByRole('article', { name: 'Main shop' }).getByRole('button').last().click()
      await page.getByRole('dialog').getByRole('button').last().click()
      await page.getByRole('dialog').getByRole('combobox').waitFor()
    },
  },
  credential: { path: () => `credentials/petstore/${credential}`, ready: (page) => page.getByText('Main shop').first().waitFor() },
  flows: { path: () => 'flows', ready: (page) => page.getByText('Pets to CRM, every morning').first().waitFor() },
  flow: { path: () => `flows/${flow}`, ready: (page) => page.locator('.step').first().waitFor() },
  'flow-step': { path: () => `flows/${flow}?step=pets`, ready: (page) => page.getByRole('tab').first().waitFor() },
  'flow-add': { path: () => `flows/${flow}?add=true`, ready: (page) => page.locator('.choice').first().waitFor() },
  health: { path: () => 'health', ready: (page) => page.locator('main h1').waitFor() },
  members: { path: () => 'members', ready: (page) => page.locator('main').getByText('Owner').first().waitFor() },
  tokens: { path: () => 'tokens', ready: (page) => page.locator('main').getByText('nightly export').first().waitFor() },
  clients: { path: () => 'clients', ready: (page) => page.locator('main').getByText('Google', { exact: true }).waitFor() },
  account: { path: () => 'account', ready: (page) => page.locator('main h1').waitFor() },
  nowhere: { path: () => 'nowhere', ready: (page) => page.locator('h1').waitFor() },
  menu: {
    path: () => 'credentials',
    async ready(page) {
      await page.locator('header button').last().click()
      await page.getByRole('menu').waitFor()
    },
  },
}

for (const [look, options] of Object.entries(looks)) {
  describe(look, () => {
    for (const [name, { path, ready }] of Object.entries(screens)) {
      test(name, async (t) => {
        const { page, guard } = await open(t, look, options)
        await page.goto(page.workspaceAddress + path())
        await ready(page)
        await settled(page)
        await shot(page, `${name}-${look}`)
        assert.deepEqual(await axe(page), [])
        assert.equal(await overflows(page), false, 'one has to scroll sideways')
        guard.clean()
      })
    }

    test('sign-in', async (t) => {
      const { page, guard } = await openBrowser(t, keyward, browser, options)
      await page.goto(`${keyward.url}/sign-in`)
      await page.locator('code').first().waitFor()
      await shot(page, `sign-in-${look}`)
      assert.deepEqual(await axe(page), [])
      assert.equal(await overflows(page), false, 'one has to scroll sideways')
      guard.clean()
    })
  })
}

/** One sign-in for each look; a page for each screen. */
const signedIn = new Map()
async function open(t, look, options) {
  if (!signedIn.has(look)) signedIn.set(look, await openApp({ after: () => {} }, keyward, browser, options))
  const { context, workspace, guard } = signedIn.get(look)
  for (const list of [guard.errors, guard.elsewhere, guard.refused]) list.length = 0
  const page = await context.newPage()
  t.after(() => page.close())
  page.workspaceAddress = `${workspace}/`
  return { page, guard }
}

/** Nothing is loading any more. */
async function settled(page) {
  await page.waitForLoadState('networkidle')
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
}

test('a strict policy holds, with a nonce of its own for each answer', async () => {
  const policies = await Promise.all(
    ['/', '/w/anything/credentials'].map(async (path) => {
      const answer = await fetch(keyward.url + path)
      assert.equal(answer.status, 200)
      assert.doesNotMatch(await answer.text(), /<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=/, 'something is inline')
      return answer.headers.get('content-security-policy')
    }),
  )
  for (const policy of policies) {
    const parts = Object.fromEntries(policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]))
    assert.equal(parts['default-src'], "'none'")
    assert.equal(parts['script-src'], "'self'")
    assert.match(parts['style-src'], /^'self' 'nonce-[A-Za-z0-9+/]{22}=='$/)
    assert.equal(parts['connect-src'], "'self'")
    assert.equal(parts['frame-ancestors'], "'none'")
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  }
  assert.notEqual(policies[0], policies[1])
})

test('the first load is under 250 kB, and brings nothing of the pages that have a cost', async (t) => {
  const { workspace, context } = await openApp(t, keyward, browser)
  const page = await context.newPage()
  const loaded = new Set()
  page.on('response', (answer) => ['document', 'script', 'stylesheet', 'font', 'other'].includes(answer.request().resourceType()) && loaded.add(answer.url()))
  await page.goto(`${workspace}/credentials`)
  await page.locator('.tile').first().waitFor()
  await page.waitForLoadState('networkidle')
  const sizes = await Promise.all([...loaded].map(async (url) => [await sizeOf(url), new URL(url).pathname]))
  sizes.sort(([a], [b]) => b - a)
  const sum = sizes.reduce((sum, [size]) => sum + size, 0)
  t.diagnostic(`${Math.round(sum / 1000)} kB in ${sizes.length} files`)
  assert.ok(sizes.some(([, path]) => path.includes('CatalogPage')), 'the page itself was not counted')
  assert.ok(sum > 50_000 && sum < 250_000, `it loads ${sum} bytes: ${JSON.stringify(sizes.slice(0, 12))}`)
  assert.deepEqual(sizes.filter(([, path]) => /monaco|graphiql|xyflow|flow|editor|worker/i.test(path)), [])
})

/** How many bytes come, as small as the server sends them. */
async function sizeOf(url) {
  const [answer] = await once(get(url, { headers: { 'Accept-Encoding': 'gzip' } }), 'response')
  let size = 0
  for await (const chunk of answer) size += chunk.length
  return size
}
