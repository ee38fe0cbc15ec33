// The app in a real browser, as somebody who is signed in, with a record of everything that should not happen.
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'

const screenshots = join(import.meta.dirname, '../screenshots')
const axeSource = await readFile(join(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export const desktop = { width: 1280, height: 800 }
export const phone = { width: 375, height: 720 }

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
}

/**
 * A browser of somebody's own, not signed in yet, closed after the test `t`.
 * `theme` is 'light' or 'dark'. All else is Playwright's: `viewport`, `locale` …
 */
export async function openBrowser(t, keyward, browser, { theme = 'light', viewport = desktop, locale = 'en-GB', ...options } = {}) {
  const context = await browser.newContext({ viewport, locale, colorScheme: theme, reducedMotion: 'reduce', ...options })
  t.after(() => context.close())
  context.setDefaultTimeout(20_000)
  const guard = await watch(context, keyward)
  const page = await context.newPage()
  return { page, context, guard, person: personAt(page) }
}

/**
 * The app as the owner, or as a new member with another `role` (EDITOR, VIEWER), on the workspace's page `path`:
 * 'credentials/petstore', 'flows' … `to` goes on to another; `workspace` is the address of all of them.
 */
export async function openApp(t, keyward, browser, { role = 'OWNER', path, ...options } = {}) {
  const opened = await openBrowser(t, keyward, browser, options)
  const { page } = opened
  await signIn(page, keyward, role)
  const [workspace] = page.url().match(/^.+\/w\/[^/]+/)
  const to = (path) => page.goto(`${workspace}/${path}`)
  if (path !== undefined) await to(path)
  return { ...opened, workspace, to }
}

/** Signs in by a fresh link, or joins by a fresh invitation, up to the first page. */
export async function signIn(page, keyward, role = 'OWNER') {
  if (role === 'OWNER') {
    await page.goto(await keyward.run('sign-in-link', '--base-url', keyward.url))
  } else {
    await page.goto(await invite(keyward, role))
    await page.locator('#name').fill(role.toLowerCase())
    await page.keyboard.press('Enter')
  }
  await page.waitForURL(/\/w\/[^/]+\/credentials$/)
  await page.locator('#main').waitFor()
}

async function invite(keyward, role) {
  const { createInvitation } = await api(
    keyward,
    'mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { ... on CreateInvitationSuccess { link } } }',
    { input: { role } },
  )
  return createInvitation.link.replace(/^https?:\/\/[^/]+/, keyward.url)
}

/** Asks the API by the owner's token: to prepare what a test needs, and to see what it left. */
export async function api(keyward, query, variables = {}) {
  const answer = await fetch(`${keyward.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${keyward.token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await answer.json()
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}

/** Keeps what must not happen. `clean` says what did; refusals by the server that belong to the test are named there. */
async function watch(context, keyward) {
  const guard = {
    errors: [],
    elsewhere: [],
    urls: [],
    refused: [],
    clean({ refused = [] } = {}) {
      assert.deepEqual(guard.errors, [], 'the page had errors')
      assert.deepEqual(guard.elsewhere, [], 'somebody else was asked')
      assert.deepEqual([...new Set(guard.refused)], refused, 'the server refused something')
    },
  }
  context.on('request', (request) => {
    const url = new URL(request.url())
    guard.urls.push(request.url())
    if (/^(http|ws)/.test(url.protocol) && url.host !== new URL(keyward.url).host) guard.elsewhere.push(request.url())
  })
  context.on('response', (response) => response.status() >= 400 && guard.refused.push(response.status()))
  context.on('console', (message) => {
    // Chromium writes every refusal to the console, too: they are counted by themselves.
    if (message.type() === 'error' && !/^Failed to load resource: the server responded/.test(message.text())) guard.errors.push(message.text())
  })
  context.on('weberror', (error) => guard.errors.push(String(error.error())))
  await context.addInitScript(() =>
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI}`)),
  )
  return guard
}

/** Does what a person does, counts it, and only with what can be seen without scrolling. What is typed isn't counted. */
function personAt(page) {
  const person = {
    count: 0,
    async click(target) {
      await seen(target)
      person.count++
      await target.click()
    },
    async press(key) {
      person.count++
      await page.keyboard.press(key)
    },
    /** Types where the cursor is. */
    type: (text) => page.keyboard.type(text),
  }
  return person
}

/** Whether all of it is within the window, and nothing that scrolls hides a part of it. */
async function seen(target) {
  await target.waitFor()
  const ratio = () =>
    target.evaluate((element) => new Promise((resolve) => new IntersectionObserver(([entry]) => resolve(entry.intersectionRatio)).observe(element)))
  // What is still moving into its place gets a moment.
  for (let tries = 0; tries < 10 && (await ratio()) < 0.99; tries++) await sleep(50)
  assert.ok((await ratio()) >= 0.99, `one has to scroll to: ${target}`)
}

/** What axe finds on the page as it is now, one line for each element. */
export async function axe(page, { within } = {}) {
  // What turns for ever is not waited for.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().flatMap((animation) => (animation.effect.getComputedTiming().endTime === Infinity ? [] : [animation.finished]))),
  )
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource) // not a script element: the policy stays as it is
  const { violations } = await page.evaluate(
    ([within, values]) => window.axe.run(within ?? document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }),
    [within, rules],
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`),
  )
}

/** Writes web/screenshots/<name>.png. */
export async function shot(page, name, options = {}) {
  await mkdir(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), ...options })
}

/** Whether one has to scroll sideways. */
export function overflows(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
}

/** All places where a secret could have stayed: storage, caches, history, addresses, and the `page` itself. */
export function kept(page) {
  return page.evaluate(async () => {
    const caches = []
    for (const name of await window.caches.keys()) {
      const cache = await window.caches.open(name)
      for (const request of await cache.keys()) caches.push(request.url, await (await cache.match(request)).text())
    }
    return {
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      address: location.href,
      history: history.state,
      name: window.name,
      caches,
      databases: await indexedDB.databases(),
      asked: performance.getEntriesByType('resource').map(({ name }) => name),
      page: document.documentElement.outerHTML,
    }
  })
}

/** Makes a Petstore credential, and active flows that use it. */
export async function makeCredential(keyward, name, { flows = [] } = {}) {
  const { createCredential } = await api(
    keyward,
    'mutation ($input: CreateCredentialInput!) { createCredential(input: $input) { ... on CreateCredentialSuccess { credential { id } } } }',
    { input: { componentId: 'cmp_petstore', name, fields: [{ key: 'apiKey', value: 'secret' }] } },
  )
  const { id } = createCredential.credential
  for (const flow of flows) await makeFlow(keyward, flow, id)
  return id
}

/** Makes a flow of one step, and starts it. */
export async function makeFlow(keyward, name, credentialId) {
  const { createFlow } = await api(
    keyward,
    'mutation ($input: CreateFlowInput!) { createFlow(input: $input) { ... on CreateFlowSuccess { flow { id } } } }',
    { input: { name, steps: [{ key: 'pets', componentId: 'cmp_petstore', credentialId }] } },
  )
  const { id } = createFlow.flow
  const { activateFlow } = await api(keyward, 'mutation ($input: ActivateFlowInput!) { activateFlow(input: $input) { __typename } }', { input: { id } })
  assert.equal(activateFlow.__typename, 'ActivateFlowSuccess')
  return id
}
