import assert from 'node:assert/strict'
import { exec } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { axe, desktop, kept, openApp, openBrowser, overflows, phone, shot, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

let keyward
let browser

before(async () => {
  keyward = await startKeyward()
  keyward.url = keyward.url.replace('127.0.0.1', 'localhost') // as its links say
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
})

/** A row of a list by what it is called. */
function row(page, title) {
  return page.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) })
}

async function choose(page, name, option) {
  await page.getByRole('combobox', { name, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

/** Makes an invitation on the members page and answers with its link. */
async function invite(page, note, role = 'Editor') {
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Whom is it for?').fill(note)
  await choose(page, 'Role', role)
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  return dialog.locator('pre').textContent()
}

const done = (page) => page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()

/** Runs a shell's line as a person would, having pasted it. */
async function inShell(line) {
  return JSON.parse((await promisify(exec)(line.replace(/^curl /, 'curl -s '))).stdout)
}

/** Asks as whoever is signed in, in the workspace that the page shows. */
function ask(page, query, variables = {}) {
  return page.evaluate(
    async ([query, variables]) => {
      const [, workspace] = location.pathname.match(/^\/w\/([^/]+)/)
      const answer = await fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Workspace': workspace },
        body: JSON.stringify({ query, variables }),
      })
      return (await answer.json()).data
    },
    [query, variables],
  )
}

describe('members', () => {
  test('one is invited, joins, changes roles and is out at once', async (t) => {
    const owner = await openApp(t, keyward, browser, { path: 'members' })
    const link = await invite(owner.page, 'Ada, from sales', 'Viewer')
    assert.match(link, /^http:\/\/\S+\/invitation#kwi_[a-z2-7]+$/)
    await shot(owner.page, 'members-invited')
    await done(owner.page)
    await row(owner.page, 'Ada, from sales').getByText('in 6 days').waitFor()
    assert.ok(!JSON.stringify(await kept(owner.page)).includes(link.split('#')[1]), 'the link is still there')

    const guest = await openBrowser(t, keyward, browser)
    await guest.page.goto(link)
    await guest.page.locator('#name').fill('Ada')
    await guest.page.keyboard.press('Enter')
    await guest.page.waitForURL(/\/w\/[^/]+\/credentials$/)
    await guest.page.getByRole('button', { name: 'Menu of Ada' }).click()
    await guest.page.getByText('Ada · Viewer').waitFor()
    await guest.page.keyboard.press('Escape')

    await owner.page.reload()
    await owner.page.getByText('No invitation is open.').waitFor()
    await choose(owner.page, 'Role of Ada', 'Editor')
    await owner.page.getByText('Ada is Editor from now on.').waitFor()
    await shot(owner.page, 'members')
    await guest.page.reload()
    await guest.page.getByRole('button', { name: 'Menu of Ada' }).click()
    await guest.page.getByText('Ada · Editor').waitFor()
    await guest.page.keyboard.press('Escape')

    await owner.page.getByRole('button', { name: 'Remove Ada' }).click()
    await owner.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await row(owner.page, 'Ada').waitFor({ state: 'detached' })
    assert.equal(await owner.page.evaluate(() => document.activeElement.tagName), 'H1', 'the focus is lost')
    guest.guard.clean()
    await guest.page.getByRole('link', { name: 'Flows' }).click()
    await guest.page.reload()
    await guest.page.getByRole('alert').getByText('a member of no workspace').waitFor()
    owner.guard.clean()
  })

  test('an invitation that was taken back lets nobody in', async (t) => {
    const { page, guard } = await openApp(t, keyward, browser, { path: 'members' })
    const link = await invite(page, 'Too early')
    await done(page)
    await page.getByRole('button', { name: 'Take back: Too early' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
    await row(page, 'Too early').waitFor({ state: 'detached' })
    const guest = await openBrowser(t, keyward, browser)
    await guest.page.goto(link)
    await guest.page.getByRole('alert').getByText('taken back').waitFor()
    guard.clean()
  })

  test('the last owner can’t go, and is told what to do', async (t) => {
    const { page, guard } = await openApp(t, keyward, browser, { path: 'members' })
    await choose(page, 'Role of Owner', 'Viewer')
    await page.getByRole('dialog').getByRole('button', { name: 'Give it up' }).click()
    await page.getByRole('alert').getByText('Owner is the last owner').waitFor()
    await shot(page, 'members-last-owner')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    assert.equal(await page.getByRole('combobox', { name: 'Role of Owner' }).inputValue(), 'Owner')
    await row(page, 'Owner').getByRole('button', { name: /^Leave / }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByRole('alert').getByText('Make somebody else an owner first').waitFor()
    guard.clean()
  })

  test('who isn’t an owner is told so, and may leave', async (t) => {
    const { page, to } = await openApp(t, keyward, browser, { role: 'VIEWER', path: 'tokens' })
    await page.getByText('Only owners see and make API tokens.').waitFor()
    await to('members')
    await page.getByText('Only owners see who works here.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Invite somebody' }).count(), 0)
    await page.getByRole('button', { name: /^Leave / }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByRole('alert').getByText('a member of no workspace').waitFor()
  })

  test('a workspace is made, renamed, and deleted by its name', async (t) => {
    const { page, guard, to, workspace: first } = await openApp(t, keyward, browser, { path: 'members' })
    await page.getByRole('button', { name: 'New workspace' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Second')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => /\/w\/[^/]+\/credentials$/.test(url.pathname) && !url.href.startsWith(first))
    await page.getByRole('link', { name: 'Members' }).click()
    await page.getByLabel('Name').fill('Renamed')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByText('Who works in Renamed, and as what.').waitFor()

    const { component } = await ask(page, '{ component(key: "petstore") { id } }')
    const { createFlow } = await ask(
      page,
      'mutation ($input: CreateFlowInput!) { createFlow(input: $input) { ... on CreateFlowSuccess { flow { id } } } }',
      { input: { name: 'Runs', steps: [{ key: 'one', componentId: component.id }] } },
    )
    const { createCredential } = await ask(
      page,
      'mutation ($input: CreateCredentialInput!) { createCredential(input: $input) { __typename } }',
      {
        input: {
          componentId: component.id,
          fields: [{ key: 'apiKey', value: 'secret' }],
          linkTo: { flowId: createFlow.flow.id, stepKey: 'one' },
        },
      },
    )
    assert.equal(createCredential.__typename, 'CreateCredentialSuccess')
    const { activateFlow } = await ask(page, 'mutation ($id: ID!) { activateFlow(input: {id: $id}) { __typename } }', { id: createFlow.flow.id })
    assert.equal(activateFlow.__typename, 'ActivateFlowSuccess')

    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Delete this workspace' }).click()
    await dialog.getByText('1 flow is active in it. Stop it first.').waitFor()
    await dialog.getByLabel(/^To be sure/).fill('Renamed')
    assert.equal(await dialog.getByRole('button', { name: 'Delete everything' }).isDisabled(), true)
    await shot(page, 'workspace-delete-refused')
    await ask(page, 'mutation ($id: ID!) { deactivateFlow(input: {id: $id}) { __typename } }', { id: createFlow.flow.id })
    await page.reload()
    await page.getByRole('button', { name: 'Delete this workspace' }).click()
    await dialog.getByLabel(/^To be sure/).fill('Rename')
    assert.equal(await dialog.getByRole('button', { name: 'Delete everything' }).isDisabled(), true)
    await dialog.getByLabel(/^To be sure/).fill('Renamed')
    await dialog.getByRole('button', { name: 'Delete everything' }).click()
    await page.waitForURL(`${first}/credentials`)
    assert.deepEqual(guard.errors, [])

    await to('members')
    await page.getByRole('button', { name: 'Delete this workspace' }).click()
    await dialog.getByLabel(/^To be sure/).fill(await page.getByLabel('Name', { exact: true }).inputValue())
    await dialog.getByRole('button', { name: 'Delete everything' }).click()
    await dialog.getByRole('alert').getByText('first workspace').waitFor()
  })
})

describe('API tokens', () => {
  test('one is made, works as its curl line stands, and is revoked', async (t) => {
    const { page, context, guard } = await openApp(t, keyward, browser, { path: 'tokens' })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make the token' }).click()
    await dialog.getByText('A token needs a name.').waitFor()
    await page.keyboard.type('Nightly export')
    await dialog.getByLabel('Manage tokens').waitFor({ state: 'detached' }) // an editor doesn't
    await dialog.getByLabel('Change flows').check()
    await choose(page, 'Role', 'Viewer')
    await dialog.getByLabel('Read flows').check()
    await choose(page, 'Ends', 'In 30 days')
    await shot(page, 'token-form')
    await dialog.getByRole('button', { name: 'Make the token' }).click()
    await dialog.getByRole('button', { name: 'Copy the curl line' }).click()
    const line = await page.evaluate(() => navigator.clipboard.readText())
    assert.equal(await dialog.locator('pre').last().textContent(), line)
    const token = await dialog.locator('pre').first().textContent()
    assert.ok(line.includes(token))
    await shot(page, 'token-made')
    assert.equal((await inShell(line)).data.viewer.role, 'VIEWER')
    await done(page)
    await row(page, 'Nightly export').getByText(/^Read flows$/).waitFor()
    await row(page, 'Nightly export').getByText('in 29 days').waitFor()
    await page.reload()
    await row(page, 'Nightly export').getByText('Last used').waitFor()

    await page.getByRole('button', { name: 'Revoke Nightly export' }).click()
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
    await row(page, 'Nightly export').waitFor({ state: 'detached' })
    assert.equal((await inShell(line)).errors[0].extensions.code, 'UNAUTHENTICATED')
    guard.clean()
  })

  test('is nowhere any more once the dialog is closed', async (t) => {
    const { page, context } = await openApp(t, keyward, browser, { path: 'tokens' })
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByLabel('Name').fill('Short')
    await page.getByRole('dialog').getByRole('button', { name: 'Make the token' }).click()
    const token = await page.getByRole('dialog').locator('pre').first().textContent()
    assert.ok((await heap(context, page)).includes(token), 'the page never had it')
    await done(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.ok(!JSON.stringify(await kept(page)).includes(token))
    assert.ok(!(await heap(context, page)).includes(token), 'the page remembers it')
  })

  test('ends on a day that is chosen, not in the past', async (t) => {
    const { page } = await openApp(t, keyward, browser, { path: 'tokens' })
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Dated')
    await choose(page, 'Ends', 'On a date')
    await dialog.getByLabel('Last day').fill('2020-01-01')
    await dialog.getByRole('button', { name: 'Make the token' }).click()
    await dialog.getByText('Choose a day, today or later.').waitFor()
    await dialog.getByLabel('Last day').fill(new Date(Date.now() + 400 * 86_400_000).toISOString().slice(0, 10))
    await dialog.getByRole('button', { name: 'Make the token' }).click()
    await done(page)
    await row(page, 'Dated').getByText('next year').waitFor()
  })
})

describe('sessions', () => {
  test('one is ended from another browser', async (t) => {
    const here = await openApp(t, keyward, browser, { path: 'account' })
    const there = await openApp(t, keyward, browser, { path: 'account', userAgent: firefox })
    await row(there.page, 'Firefox on Windows').getByText('This browser').waitFor()
    await here.page.reload()
    await row(here.page, 'Chrome on Linux').getByText('This browser').waitFor()
    await shot(here.page, 'account')
    await here.page.getByRole('button', { name: 'End Firefox on Windows, 127.0.0.1' }).click()
    await row(here.page, 'Firefox on Windows').waitFor({ state: 'detached' })
    await there.page.getByRole('link', { name: 'Members' }).click()
    await there.page.getByRole('dialog').getByText('Your session has ended').waitFor()
    here.guard.clean()
    there.guard.clean({ refused: [401] })
  })

  test('all others are ended at once, and this one by signing out', async (t) => {
    const there = await openApp(t, keyward, browser)
    const { page, guard, context } = await openApp(t, keyward, browser, { path: 'account' })
    await page.getByRole('button', { name: 'End all others' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click()
    await page.getByText('You are signed in here only.').waitFor()
    assert.equal(await page.getByRole('list', { name: 'Where you are signed in' }).getByRole('listitem').count(), 1)
    await there.page.reload()
    await there.page.waitForURL(/\/sign-in/)
    await page.getByRole('list', { name: 'Where you are signed in' }).getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in/)
    assert.deepEqual(await context.cookies(), [])
    guard.clean()
  })
})

describe('how they look', () => {
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries({ desktop, phone })) {
      for (const locale of ['en-GB', 'de-DE']) {
        test(`${theme}, ${size}, ${locale}`, async (t) => {
          const { page, guard, to } = await openApp(t, keyward, browser, { theme, viewport, locale, path: 'members' })
          const words = locale === 'de-DE' ? ['Jemanden einladen', 'Neues Token', 'Schließen'] : ['Invite somebody', 'New token', 'Close']
          const look = async (name) => {
            assert.deepEqual(await axe(page), [], name)
            assert.equal(await overflows(page), false, `${name} has to be scrolled sideways`)
            await shot(page, `${name}-${theme}-${size}-${locale}`, { fullPage: true })
          }
          await page.getByRole('listitem').first().waitFor()
          await look('members')
          await page.getByRole('button', { name: words[0] }).click()
          await page.getByRole('dialog').waitFor()
          await look('invite')
          await to('tokens')
          await page.getByRole('listitem').first().waitFor()
          await look('tokens')
          await page.getByRole('button', { name: words[1] }).click()
          await page.getByRole('dialog').waitFor()
          await look('token-new')
          await to('account')
          await page.getByRole('listitem').first().waitFor()
          await look('account')
          guard.clean()
        })
      }
    }
  }
})

/** All that the page's scripts hold, after a garbage collection. */
async function heap(context, page) {
  const devtools = await context.newCDPSession(page)
  let snapshot = ''
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => (snapshot += chunk))
  await devtools.send('HeapProfiler.collectGarbage')
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  return snapshot
}
