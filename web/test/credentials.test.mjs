// What may go wrong with credentials on the screen, and how one goes on.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { api, kept, makeCredential, openApp, openBrowser, phone, overflows, shot, signIn, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

const closed = 'http://127.0.0.1:1/me'

let keyward
let browser

before(async () => {
  keyward = await startKeyward('--egress-allow', '127.0.0.0/8')
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
})

const button = (page, name) => page.getByRole('button', { name, exact: true })
const row = (page, name) => page.getByRole('article', { name, exact: true })
const secret = (page) => page.locator('input[type=password]')

async function credentials(componentId) {
  const { credentials } = await api(keyward, 'query ($filter: CredentialFilter) { credentials(first: 100, filter: $filter) { nodes { id name status } } }', {
    filter: { componentId },
  })
  return credentials.nodes
}

describe('verifying', () => {
  test('a wrong key is told in words, and nothing is saved', async (t) => {
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore?add=true' })
    const before = await credentials('cmp_petstore')
    await secret(page).fill('wrong')
    await button(page, 'Verify').click()
    const alert = page.getByRole('alert')
    await alert.getByText('Rejected', { exact: true }).waitFor()
    await alert.getByText('Nothing was saved.').waitFor()
    assert.equal(await secret(page).inputValue(), 'wrong')
    assert.deepEqual(await credentials('cmp_petstore'), before)
    guard.clean()
  })

  test('a service that is down leaves the choice to save without verifying', async (t) => {
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/rest-api?add=true' })
    await page.getByLabel('Test URL').and(page.locator('input')).fill(closed)
    await page.getByLabel('Account name').fill('Down')
    await button(page, 'Verify').click()
    const alert = page.getByRole('alert')
    await alert.getByText('The host is there but refused or dropped the connection').waitFor()
    await shot(page, 'component-unavailable')
    assert.deepEqual(await credentials('cmp_rest-api'), [])
    await button(page, 'Save without verifying').click()
    await row(page, 'Down').getByText('Not verified').waitFor()
    assert.deepEqual((await credentials('cmp_rest-api')).map(({ name, status }) => [name, status]), [['Down', 'UNVERIFIED']])
    guard.clean()
  })
})

test('an edit that is rejected leaves the keyboard where it is, and one that is accepted tells so', async (t) => {
  await makeCredential(keyward, 'Rotated')
  const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
  await button(page, 'Edit Rotated').click()
  await button(page, 'Replace API key').click()
  await secret(page).fill('wrong')
  await secret(page).press('Enter')
  await page.getByRole('alert').getByText('Rejected', { exact: true }).waitFor()
  await page.waitForLoadState('networkidle') // the list behind the form is read anew
  assert.ok(await secret(page).evaluate((field) => field === document.activeElement), 'the keyboard has gone elsewhere')
  await secret(page).fill('secret')
  await secret(page).press('Enter')
  await page.getByText('Rotated is verified and saved.').waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Edit Rotated')
  guard.clean()
})

test('a component’s credentials are verified one after the other, and how it went is told', async (t) => {
  await makeCredential(keyward, 'First of several')
  await makeCredential(keyward, 'Second of several')
  const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
  const { length } = await credentials('cmp_petstore')
  await button(page, `Verify all ${length}`).click()
  await page.getByText(`${length} of ${length} accepted.`).waitFor()
  guard.clean()
})

test('the grid shows one family, or what is connected only', async (t) => {
  await makeCredential(keyward, 'Counted')
  const { page, guard } = await openApp(t, keyward, browser)
  const titles = async () => (await page.locator('.tile-link').allTextContents()).map((text) => text.split(':')[0])
  // What is connected comes first, and once.
  await page.getByRole('region', { name: 'Connected' }).getByRole('link', { name: /^Petstore API/ }).waitFor()
  assert.equal(await page.getByRole('region', { name: 'All others' }).getByRole('link', { name: /^Petstore API/ }).count(), 0)
  const family = (name) => page.getByRole('group', { name: 'Family' }).getByRole('button', { name })
  await family(/^Database \d/).click()
  await page.waitForURL(/family=DATABASE/)
  await page.getByRole('link', { name: /^Petstore/ }).waitFor({ state: 'detached' })
  const databases = await titles()
  for (const title of ['MySQL', 'PostgreSQL', 'Snowflake']) assert.ok(databases.includes(title), title)
  await family(`Database ${databases.length}`).waitFor() // which is how many there are
  await page.getByRole('searchbox', { name: 'Search applications' }).fill('post')
  await family('Database 1').waitFor()
  assert.ok(await family('CRM 0').isDisabled())
  await page.getByRole('searchbox', { name: 'Search applications' }).fill('')
  await family(/^All families \d/).click()
  await page.getByRole('link', { name: /^Adyen/ }).waitFor() // the search's answer has gone
  await page.getByRole('switch', { name: 'Connected only' }).check({ force: true })
  await page.getByRole('link', { name: /^Adyen/ }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: /^Petstore API/ }).waitFor()
  const { length } = await credentials('cmp_petstore')
  assert.equal(await page.locator('.tile', { hasText: 'Petstore API' }).locator('.count').textContent(), String(length))
  guard.clean()
})

test('theme and language are chosen in the menu, and kept', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser)
  await page.getByRole('button', { name: /^Menu of/ }).click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()
  await page.getByRole('menuitem', { name: 'Deutsch' }).click()
  await page.getByRole('heading', { name: 'Meine Zugangsdaten' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Meine Zugangsdaten' }).waitFor()
  assert.deepEqual(
    await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.mantineColorScheme]),
    ['de', 'dark'],
  )
  guard.clean()
})

test('a session that ends in mid-form: nothing typed is lost, and it goes on', async (t) => {
  const { page, context, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore?add=true' })
  await page.getByLabel('Account name').fill('Before the end')
  await secret(page).fill('secret')
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByRole('button', { name: 'Menu of Owner' }).click()
  await other.getByRole('menuitem', { name: 'Sign out' }).click()
  await other.waitForURL(/\/sign-in$/)

  await button(page, 'Verify').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Your session has ended').waitFor()
  await shot(page, 'session-ended')
  await dialog.getByRole('button', { name: 'I have signed in' }).click()
  await dialog.getByText('Nobody is signed in yet').waitFor()
  const opened = context.waitForEvent('page')
  await dialog.getByRole('link', { name: 'Sign in in a new tab' }).click()
  const tab = await opened
  await tab.waitForURL(/\/sign-in$/)
  assert.equal(await page.getByLabel('Account name').inputValue(), 'Before the end')
  assert.equal(await secret(page).inputValue(), 'secret')

  await signIn(tab, keyward)
  await row(page, 'Before the end').getByText('Verified', { exact: true }).waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.equal((await credentials('cmp_petstore')).filter(({ name }) => name === 'Before the end').length, 1)
  guard.clean({ refused: [401] })
})

test('two tabs that edit one credential: the conflict is told, with both ways out', async (t) => {
  await makeCredential(keyward, 'Contested')
  const { page: mine, context, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
  const theirs = await context.newPage()
  await theirs.goto(mine.url())

  /** Both begin to edit; they save first. */
  async function collide(name, ours, theirName) {
    for (const page of [mine, theirs]) await button(page, `Edit ${name}`).click()
    await theirs.getByLabel('Account name').fill(theirName)
    await mine.getByLabel('Account name').fill(ours)
    await button(theirs, 'Save').click()
    await row(theirs, theirName).waitFor()
    await button(mine, 'Save').click()
    await mine.getByRole('alert').getByText('Somebody changed this credential').waitFor()
    assert.equal(await mine.getByLabel('Account name').inputValue(), ours)
  }

  await collide('Contested', 'Mine', 'Theirs')
  await shot(mine, 'component-conflict')
  await button(mine, 'Save mine over it').click()
  await row(mine, 'Mine').waitFor()
  assert.equal(await mine.locator('form').count(), 0)

  await theirs.reload()
  await collide('Mine', 'Mine again', 'Theirs again')
  await button(mine, 'Drop mine, show theirs').click()
  assert.equal(await mine.getByLabel('Account name').inputValue(), 'Theirs again')
  await mine.getByLabel('Account name').fill('Agreed')
  await button(mine, 'Save').click()
  await row(mine, 'Agreed').waitFor()
  guard.clean()
})

describe('deleting what is in use', () => {
  test('lists the flows, stops them all, and deletes', async (t) => {
    const id = await makeCredential(keyward, 'Busy', { flows: ['Pets to CRM', 'Pets to shop'] })
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
    await button(page, 'Delete Busy').click()
    const dialog = page.getByRole('dialog')
    await button(dialog, 'Delete').click()
    await dialog.getByText('2 active flows use it.').waitFor()
    assert.deepEqual(await dialog.getByRole('link').allTextContents().then((names) => names.slice(0, 2)), ['Pets to CRM', 'Pets to shop'])
    assert.match(await dialog.getByRole('link', { name: 'Pets to CRM' }).getAttribute('href'), /^\/w\/[^/]+\/flows\/flow_/)
    assert.equal(await button(dialog, 'Delete').count(), 0)
    await button(dialog, 'Stop all of these').click()
    await dialog.getByText('No active flow uses it any more.').waitFor()
    await button(dialog, 'Delete').click()
    await row(page, 'Busy').waitFor({ state: 'detached' })
    assert.ok(!(await credentials('cmp_petstore')).some((credential) => credential.id === id))
    guard.clean()
  })

  test('deletes a flow that is in the way, once that is confirmed', async (t) => {
    await makeCredential(keyward, 'Needed', { flows: ['No longer wanted'] })
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
    await button(page, 'Delete Needed').click()
    const dialog = page.getByRole('dialog')
    await button(dialog, 'Delete').click()
    await button(dialog, 'Delete flow No longer wanted').click()
    await button(dialog, 'Keep it').click()
    await button(dialog, 'Delete flow No longer wanted').click()
    await button(dialog, 'Delete flow').click()
    await dialog.getByText('No active flow uses it any more.').waitFor()
    const { flows } = await api(keyward, '{ flows(filter: {search: "No longer wanted"}) { totalCount } }')
    assert.equal(flows.totalCount, 0)
    await button(dialog, 'Delete').click()
    await row(page, 'Needed').waitFor({ state: 'detached' })
    guard.clean()
  })

  test('puts another credential in its place, and the flows go on', async (t) => {
    const id = await makeCredential(keyward, 'Old', { flows: ['Goes on'] })
    const next = await makeCredential(keyward, 'Successor')
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
    await button(page, 'Delete Old').click()
    const dialog = page.getByRole('dialog')
    await button(dialog, 'Delete').click()
    await dialog.getByRole('combobox', { name: 'Other credential' }).click()
    await page.getByRole('option', { name: 'Successor' }).click()
    await button(dialog, 'Replace in all flows').click()
    await dialog.getByText('No active flow uses it any more.').waitFor()
    await button(dialog, 'Delete').click()
    await row(page, 'Old').waitFor({ state: 'detached' })
    const { flows } = await api(keyward, 'query ($id: ID!) { flows(filter: {credentialId: $id}) { nodes { name status } } }', { id: next })
    assert.deepEqual(flows.nodes, [{ name: 'Goes on', status: 'ACTIVE' }])
    assert.ok(!(await credentials('cmp_petstore')).some((credential) => credential.id === id))
    guard.clean()
  })
})

describe('addresses', () => {
  test('a search is in the address, and the way back leads to it', async (t) => {
    const { page, guard } = await openApp(t, keyward, browser)
    await page.getByRole('searchbox', { name: 'Search applications' }).fill('sql')
    await page.waitForURL(/\?search=sql$/)
    await page.getByRole('link', { name: /^MySQL/ }).click()
    await page.getByRole('heading', { name: 'MySQL', exact: true }).waitFor()
    await button(page, 'Add New Account').click()
    await page.waitForURL(/\/credentials\/mysql\?add=true$/)
    await page.getByLabel('Host').first().waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Connect your first MySQL account' }).waitFor()
    await page.goBack()
    await page.waitForURL(/\/credentials\?search=sql$/)
    await page.getByRole('link', { name: /^PostgreSQL/ }).waitFor()
    assert.equal(await page.getByRole('searchbox', { name: 'Search applications' }).inputValue(), 'sql')
    assert.equal(await page.getByRole('link', { name: /^Petstore/ }).count(), 0)
    guard.clean()
  })

  test('what was typed is not left without a question', async (t) => {
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/mysql?add=true' })
    await page.getByLabel('Account name').fill('Half')
    await page.getByRole('link', { name: 'Flows', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await button(dialog, 'Stay here').click()
    assert.equal(await page.getByLabel('Account name').inputValue(), 'Half')
    await page.getByRole('link', { name: 'Flows', exact: true }).click()
    await button(dialog, 'Leave without saving').click()
    await page.waitForURL(/\/flows$/)
    guard.clean()
  })

  test('one that leads nowhere says so', async (t) => {
    const { page, to, guard } = await openApp(t, keyward, browser, { path: 'credentials/unheard-of' })
    await page.getByText('There is no such application here.').waitFor()
    await to('nowhere')
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    guard.clean()
  })

  test('whoever follows one signs in first, and comes back to it', async (t) => {
    const { workspace } = await openApp(t, keyward, browser)
    const { page, guard } = await openBrowser(t, keyward, browser)
    await page.goto(`${workspace}/credentials/mysql?add=true`)
    await page.getByText('keyward sign-in-link').waitFor()
    const link = await keyward.run('sign-in-link', '--base-url', keyward.url)
    await page.evaluate((to) => (location.href = to), link) // pasted into the same tab
    await page.waitForURL(/\/credentials\/mysql\?add=true$/)
    await page.getByLabel('Host').first().waitFor()
    guard.clean()
  })
})

test('a secret stays nowhere in the browser', async (t) => {
  const canary = 'canary-7f3a91c2e5'
  const { page, context, guard, to } = await openApp(t, keyward, browser, { path: 'credentials/rest-api?add=true' })
  await page.getByRole('radio', { name: 'Bearer token' }).click()
  await page.getByLabel('Account name').fill('Canary')
  await page.getByLabel('Test URL').and(page.locator('input')).fill(closed)
  await secret(page).fill(canary)
  await button(page, 'Verify').click()
  await page.getByRole('alert').waitFor()
  // While it is typed, it is in its field and nowhere else.
  const { page: _, ...beyond } = await kept(page)
  assert.ok(!JSON.stringify(beyond).includes(canary), 'it is kept while it is typed')
  await button(page, 'Save without verifying').click()
  await row(page, 'Canary').waitFor()
  await button(page, 'Edit Canary').click()
  await page.getByText('A value is stored. It can’t be shown.').waitFor({ state: 'attached' })
  assert.ok(!JSON.stringify(await kept(page)).includes(canary), 'it is kept after it was saved')
  await to('credentials')
  await page.goBack()
  await row(page, 'Canary').waitFor()
  assert.ok(!JSON.stringify(await kept(page)).includes(canary), 'the way back shows it')
  const devtools = await context.newCDPSession(page)
  const { entries } = await devtools.send('Page.getNavigationHistory')
  assert.ok(!JSON.stringify([entries, guard.urls, await context.storageState({ indexedDB: true })]).includes(canary), 'it is in an address, or in storage')
  assert.ok(!keyward.log().includes(canary), 'it is in the log')
  guard.clean()
})

describe('by keyboard alone', () => {
  test('from the sign-in to a saved credential', async (t) => {
    const { page, guard } = await openBrowser(t, keyward, browser)
    const before = (await credentials('cmp_petstore')).length
    await page.goto(await keyward.run('sign-in-link', '--base-url', keyward.url))
    await page.getByRole('link', { name: /^Petstore API/ }).waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), 'Skip to the content')
    await page.keyboard.press('Enter')
    await tabTo(page, /^Petstore API:/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Petstore API', exact: true }).waitFor()
    await tabTo(page, /^Add New Account$/)
    await page.keyboard.press('Enter')
    await secret(page).waitFor()
    await tabTo(page, /^API key/, 'input')
    await page.keyboard.type('secret')
    await page.keyboard.press('Enter')
    await page.getByText(' is verified and saved.').waitFor()
    assert.equal((await credentials('cmp_petstore')).length, before + 1)
    guard.clean()
  })

  test('a dialog takes the keyboard, keeps it, and gives it back', async (t) => {
    await makeCredential(keyward, 'By keyboard')
    const { page, guard } = await openApp(t, keyward, browser, { path: 'credentials/petstore' })
    await button(page, 'Delete By keyboard').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    for (let n = 0; n < 6; n++) {
      await page.keyboard.press('Tab')
      assert.ok(await page.evaluate(() => document.activeElement.closest('[role=dialog]') !== null), `after ${n + 1} tabs the keyboard is outside`)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement !== document.body)
    assert.equal(await focused(page), 'Delete By keyboard')
    guard.clean()
  })

  /** What the keyboard is at, by its accessible name. */
  function focused(page) {
    return page.evaluate(() => {
      const { activeElement: element } = document
      return (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? (element === document.body ? '' : element.textContent)).trim().slice(0, 60)
    })
  }

  /** Goes on until there; everywhere on the way one sees where one is. */
  async function tabTo(page, name, kind = '*') {
    for (let n = 0; n < 60; n++) {
      if (name.test(await focused(page)) && (await page.evaluate((kind) => document.activeElement.matches(kind), kind))) return
      await page.keyboard.press('Tab')
      const look = await page.evaluate(() => {
        const { activeElement: element } = document
        const outlined = (part) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(element, part)
          return outlineStyle !== 'none' && outlineWidth !== '0px'
        }
        // A field shows it by the colour of its edge, and the page's end by nothing.
        return { outlined: outlined(null) || outlined('::after'), field: element.matches('input, select, textarea, body') }
      })
      assert.ok(look.outlined || look.field, `one does not see where the keyboard is: ${await focused(page)}`)
    }
    assert.fail(`the keyboard does not get to ${name}`)
  }
})

test('who may only look is offered nothing else', async (t) => {
  await makeCredential(keyward, 'To look at')
  const { page, guard } = await openApp(t, keyward, browser, { role: 'VIEWER', path: 'credentials/petstore?add=true' })
  await page.getByText('You may look at credentials here.').waitFor()
  await row(page, 'To look at').waitFor()
  assert.equal(await page.locator('form').count(), 0)
  assert.equal(await page.getByRole('button', { name: /Edit|Delete|Add|Verify/ }).count(), 0)
  guard.clean()
})

test('on a phone, from the menu to a saved credential', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser, { viewport: phone, hasTouch: true, path: 'flows' })
  await page.getByRole('button', { name: 'Menu', exact: true }).tap()
  await page.getByRole('link', { name: 'Security Credentials' }).tap()
  await page.getByRole('link', { name: /^Petstore API/ }).tap()
  await button(page, 'Add New Account').tap()
  await page.getByLabel('Account name').fill('On the phone')
  await secret(page).fill('secret')
  assert.equal(await overflows(page), false)
  await button(page, 'Verify').tap()
  await row(page, 'On the phone').waitFor()
  assert.equal(await overflows(page), false)
  guard.clean()
})
