// The whole guide as a stranger goes it, with nothing to read but the screen: from the printed link to a refused delete and
// its way out.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { api, openBrowser, shot, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

const most = 25 // clicks and key presses, what is typed aside

let keyward
let browser

before(async () => {
  keyward = await startKeyward()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
})

test('from the printed link to a refused delete and its way out', async (t) => {
  const { page, guard, person } = await openBrowser(t, keyward, browser)
  const button = (name) => page.getByRole('button', { name, exact: true })
  const link = (name) => page.getByRole('link', { name, exact: true })

  const [printed] = keyward.log().match(/http\S+\/sign-in#kwl_\S+/)
  await page.goto(printed)
  await page.getByRole('heading', { name: 'My Connected Credentials' }).waitFor()
  await page.locator('.tile').first().waitFor()
  await shot(page, 'guide-1-catalog')

  // A credential: a wrong key first, as it happens. The note says which one is right.
  await person.click(page.getByRole('searchbox', { name: 'Search applications' }))
  await person.type('petstore')
  await person.click(page.getByRole('link', { name: /^Petstore API\W+No credential yet$/ }))
  await person.click(button('Add New Account'))
  await person.click(button('About API key'))
  await page.getByRole('tooltip').getByText('it takes the key «secret»').waitFor()
  const key = page.getByLabel('API key').and(page.locator('input'))
  await person.click(key)
  await person.type('wrong')
  await person.click(button('Verify'))
  await page.getByRole('alert').getByText('Nothing was saved').waitFor()
  await shot(page, 'guide-2-rejected')
  await person.click(key)
  await person.press('Control+A')
  await person.type('secret')
  await person.press('Enter')
  await page.getByText('1 linked Petstore API credential').waitFor()
  const credential = page.getByRole('article')
  await credential.getByText('Verified', { exact: true }).waitFor()
  await shot(page, 'guide-3-credential')

  // A flow with a step that uses it.
  await person.click(link('Flows'))
  await person.click(button('New flow').first())
  await page.waitForFunction(() => document.activeElement?.type === 'search') // where the cursor is by itself
  await person.type('petstore')
  await person.click(button('Petstore API'))
  await person.click(page.getByRole('list', { name: 'Credentials for Petstore API' }).getByRole('button'))
  await page.getByText('linked with this step').waitFor()
  await person.click(button('Activate'))
  await page.getByText('Active', { exact: true }).first().waitFor()
  await shot(page, 'guide-4-flow')

  // It can't be deleted now.
  await person.click(link('Security Credentials'))
  await person.click(page.getByRole('link', { name: /^Petstore API\W+1 credential$/ }))
  await person.click(credential.getByRole('button', { name: /^Delete / }))
  const dialog = page.getByRole('dialog')
  await person.click(dialog.getByRole('button', { name: 'Delete', exact: true }))
  await dialog.getByText('1 active flow uses it.').waitFor()
  await dialog.getByRole('link', { name: 'New flow' }).waitFor()
  await shot(page, 'guide-5-refused')
  const before = await state()
  assert.deepEqual([before.credentials, before.flows], [1, ['ACTIVE']])

  // The way out.
  await person.click(dialog.getByRole('button', { name: 'Stop New flow' }))
  await person.click(dialog.getByRole('button', { name: 'Delete', exact: true }))
  await page.getByRole('heading', { name: 'Connect your first Petstore API account' }).waitFor()
  await shot(page, 'guide-6-deleted')
  const after = await state()
  assert.deepEqual([after.credentials, after.flows], [0, ['INACTIVE']])

  t.diagnostic(`${person.count} clicks and key presses`)
  assert.ok(person.count <= most, `it took ${person.count} clicks and key presses`)
  guard.clean()
})

async function state() {
  const { credentials, flows } = await api(keyward, '{ credentials { totalCount } flows { nodes { status } } }')
  return { credentials: credentials.totalCount, flows: flows.nodes.map(({ status }) => status) }
}
