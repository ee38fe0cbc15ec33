import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { chromium } from 'playwright-core'
import { startKeyward } from './server.mjs'

const screenshots = join(import.meta.dirname, '../screenshots')
const apiKey = 'secret'

let keyward
let browser

before(async () => {
  await mkdir(screenshots, { recursive: true })
  keyward = await startKeyward()
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
})

/** Opens /graphiql, keeping a record of everything that should not happen. */
async function open(t, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 820 }, ...options })
  t.after(() => context.close())
  const seen = { errors: [], elsewhere: [], graphql: [] }
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && url.origin !== keyward.url) seen.elsewhere.push(request.url())
    if (url.pathname === '/graphql') seen.graphql.push(request)
  })
  context.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()))
  context.on('weberror', (error) => seen.errors.push(String(error.error())))
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI}`),
    )
  })
  const page = await context.newPage()
  const answer = await page.goto(`${keyward.url}/graphiql`)
  assert.equal(answer.status(), 200)
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  return { page, context, seen }
}

async function connect(page, token = keyward.token) {
  await page.getByLabel('API token').fill(token)
  await page.getByLabel('API token').press('Enter')
}

async function connected(page) {
  await page.getByRole('status').getByText(/^Connected as browser, OWNER in ./).waitFor()
}

async function runTab(page, name) {
  await tab(page, name).click()
  await run(page)
}

/** A tab by its name, which an icon's title may follow. */
function tab(page, name) {
  return page.getByRole('tab', { name: new RegExp(`^${name}\\b`) })
}

async function run(page) {
  await page.getByRole('button', { name: /^Execute query/ }).click()
}

/** Waits until the answer that the page shows holds the text. */
async function answered(page, text) {
  await page.locator('.graphiql-response').getByText(text).first().waitFor()
}

/** All that the browser keeps beyond the page's own memory. */
function kept(page) {
  return page.evaluate(async () =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      history.state,
      (await indexedDB.databases()).map((database) => database.name),
      await caches.keys(),
    ]),
  )
}

describe('GraphiQL', () => {
  test('asks nobody for anything until it has a token', async (t) => {
    const { page, seen } = await open(t)
    assert.equal(await page.title(), 'Keyward GraphiQL')
    await page.getByText('keyward token create --name me --role OWNER').waitFor()
    const tabs = ['Component', 'CreateCredential', 'Credentials', 'CreateFlow', 'ActivateFlow', 'DeleteCredential', 'StopAndDelete']
    for (const [index, name] of tabs.entries()) {
      assert.match(await page.getByRole('tab').nth(index).textContent(), new RegExp(`^${name}`))
    }
    await page.screenshot({ path: join(screenshots, 'light.png') })
    assert.deepEqual(seen, { errors: [], elsewhere: [], graphql: [] })
  })

  test('connects, shows the schema, creates a credential and keeps nothing', async (t) => {
    const { page, seen } = await open(t)
    await connect(page)
    await connected(page)
    await runTab(page, 'CreateCredential')
    await answered(page, '"VERIFIED"')
    await page.screenshot({ path: join(screenshots, 'light-verified.png') })

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.getByText('Root Types').waitFor()
    await page.getByRole('link', { name: 'Mutation', exact: true }).click()
    await page.getByRole('link', { name: 'createCredential', exact: true }).waitFor()
    await page.screenshot({ path: join(screenshots, 'light-docs.png') })

    const store = await kept(page)
    assert.ok(!store.includes(keyward.token) && !store.includes(apiKey), `the browser keeps a secret: ${store}`)
    assert.ok(!keyward.log().includes(keyward.token), 'the token is in the server’s log')
    for (const request of seen.graphql) {
      assert.equal(request.method(), 'POST')
      assert.equal(request.headers().authorization, `Bearer ${keyward.token}`)
      assert.equal(new URL(request.url()).search, '')
    }
    assert.deepEqual(seen.errors, [])
    assert.deepEqual(seen.elsewhere, [])
  })

  test('forgets the token with the page and on Disconnect', async (t) => {
    const { page, seen } = await open(t)
    await connect(page)
    await connected(page)
    await page.reload()
    await page.getByLabel('API token').waitFor()
    assert.equal(await page.getByLabel('API token').inputValue(), '')
    await connect(page)
    await connected(page)
    await page.getByRole('button', { name: 'Disconnect' }).click()
    assert.equal(await page.getByLabel('API token').inputValue(), '')
    await runTab(page, 'Credentials')
    await answered(page, '"UNAUTHENTICATED"')
    assert.equal(seen.graphql.at(-1).headers().authorization, undefined)
  })

  test('says in a sentence that a token is wrong', async (t) => {
    const { page, seen } = await open(t)
    for (const token of ['kw_wrong', 'two words', 'schlüssel']) {
      await connect(page, token)
      await page.locator('#token-help.problem').getByText(/\S+ \S+ .*[.]$/).waitFor()
      assert.equal(await page.getByRole('status').count(), 0)
    }
    assert.equal(seen.graphql.length, 1, 'what can’t be a token was sent')
    await page.screenshot({ path: join(screenshots, 'wrong-token.png') })
  })

  test('lets the Headers tab win, and sends no cookie beside a token', async (t) => {
    const { page, context, seen } = await open(t)
    await context.addCookies([{ name: 'other', value: 'cookie', url: keyward.url }])
    await connect(page)
    await connected(page)
    await page.getByRole('button', { name: 'Headers' }).click()
    await page.locator('.graphiql-editor-tool .monaco-editor').last().click()
    await page.keyboard.insertText('{"Authorization": "Bearer kw_other"}')
    await run(page)
    await answered(page, '"UNAUTHENTICATED"')
    assert.equal(seen.graphql.at(-1).headers().authorization, 'Bearer kw_other')
    for (const request of seen.graphql) assert.equal((await request.allHeaders()).cookie, undefined)
  })

  test('goes the whole walk-through', async (t) => {
    const { page, seen } = await open(t)
    await connect(page)
    await connected(page)
    await runTab(page, 'Component')
    await answered(page, '"cmp_petstore"')
    await runTab(page, 'CreateCredential')
    await answered(page, '"VERIFIED"')
    const credential = await newId(page, 'cred_')
    await runTab(page, 'Credentials')
    await answered(page, credential)
    await fillIn(page, 'CreateFlow', { cred_: credential })
    await answered(page, '"INACTIVE"')
    const flow = await newId(page, 'flow_')
    await fillIn(page, 'ActivateFlow', { flow_: flow })
    await answered(page, '"ACTIVE"')
    await fillIn(page, 'DeleteCredential', { cred_: credential })
    await answered(page, '"CREDENTIAL_IN_USE"')
    await answered(page, flow)
    await fillIn(page, 'StopAndDelete', { cred_: credential, flow_: flow })
    await answered(page, '"deletedCredentialId"')
    assert.deepEqual(seen.errors, [])
  })

  for (const colorScheme of ['dark', 'light']) {
    test(`fits a phone, ${colorScheme}`, async (t) => {
      const { page } = await open(t, { colorScheme, viewport: { width: 375, height: 720 } })
      const rows = () =>
        page.locator('.bar > *').evaluateAll((parts) => {
          const boxes = parts.map((part) => part.getBoundingClientRect()).filter(({ height }) => height > 0)
          return new Set(boxes.map(({ top, bottom }) => Math.round((top + bottom) / 2))).size
        })
      const overflows = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      assert.equal(await overflows(), false, 'the page has to be scrolled sideways')
      assert.equal(await rows(), 2, 'the bar takes more than two rows')
      await page.screenshot({ path: join(screenshots, `phone-${colorScheme}.png`) })
      await connect(page)
      await connected(page)
      assert.equal(await overflows(), false, 'the page has to be scrolled sideways once connected')
      assert.equal(await rows(), 2, 'the bar takes more than two rows once connected')
      await runTab(page, 'Component')
      await answered(page, '"cmp_petstore"')
      await page.locator('.graphiql-response').scrollIntoViewIfNeeded()
      await page.screenshot({ path: join(screenshots, `phone-${colorScheme}-connected.png`) })
    })
  }

  test('follows the system into the dark, while it is open', async (t) => {
    const { page } = await open(t)
    const background = (selector) => page.locator(selector).first().evaluate((element) => {
      const [red] = getComputedStyle(element).backgroundColor.match(/\d+/g)
      return Number(red) < 128 ? 'dark' : 'light'
    })
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.locator(`body.graphiql-${scheme}`).waitFor()
      assert.equal(await background('body'), scheme)
      assert.equal(await background('.graphiql-container'), scheme)
    }
    await connect(page)
    await connected(page)
    await runTab(page, 'CreateCredential')
    await answered(page, '"VERIFIED"')
    await page.screenshot({ path: join(screenshots, 'dark-verified.png') })
  })

  test('works by keyboard, with the focus in sight', async (t) => {
    const { page } = await open(t)
    const outline = () => page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Keyward')
    assert.equal(await outline(), 'solid')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'token')
    assert.equal(await outline(), 'solid')
    await page.keyboard.insertText(keyward.token)
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Connect')
    assert.equal(await outline(), 'solid')
    await page.keyboard.press('Enter')
    await connected(page)
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Disconnect')
  })
})

/** The first id with this prefix in the answer. */
async function newId(page, prefix) {
  const text = await page.locator('.graphiql-response .view-lines').innerText()
  const [id] = text.match(new RegExp(`${prefix}[0-9A-Za-z-]+`)) ?? []
  assert.ok(id, `no ${prefix} in ${text}`)
  return id
}

/** Opens a tab, puts ids in the place of the ones its variables show as examples, and runs it. */
async function fillIn(page, name, ids) {
  await tab(page, name).click()
  const shown = await page.waitForFunction(
    (prefix) => {
      const variables = __MONACO.editor.getModels().find((model) => model.uri.path.endsWith('variables.json'))
      return variables.getValue().includes(`"${prefix}`) && variables
    },
    Object.keys(ids).at(-1),
  )
  await shown.evaluate((variables, ids) => {
    let text = variables.getValue()
    for (const [prefix, id] of Object.entries(ids)) text = text.replace(new RegExp(`"${prefix}[^"]*"`), `"${id}"`)
    variables.setValue(text)
  }, ids)
  await run(page)
}
