// A workspace's own components: a descriptor, the form it makes, and what becomes of its credentials when it changes.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { axe, openApp, overflows, phone, shot, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

let keyward
let browser
let service // lets in who has the key «right»

before(async () => {
  service = createServer(({ url, headers }, response) => {
    const places = { places: [{ id: 'p1', name: 'Pier one' }, { id: 'p2', name: 'Pier two' }] }
    response.writeHead(headers['x-key'] === 'right' ? 200 : 401).end(JSON.stringify(url === '/places' ? places : {}))
  }).listen(0, '127.0.0.1')
  await once(service, 'listening')
  keyward = await startKeyward('--egress-allow', '127.0.0.0/8')
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
  service?.close()
})

const button = (page, name) => page.getByRole('button', { name, exact: true })
const descriptor = (page) => page.getByRole('textbox', { name: 'Descriptor' })
const preview = (page) => page.getByRole('region', { name: 'The form it makes' })

/** A depot of the workspace's own, with more fields if wanted. */
const depot = (fields = {}) => ({
  title: 'Own Depot',
  description: 'Where our goods lie.',
  category: 'ERP',
  methods: [
    {
      key: 'key',
      title: 'Key',
      kind: 'API_KEY',
      fields: {
        apiKey: { label: 'Depot key', viewClass: 'PasswordFieldView', required: true, note: 'At the gate, see https://depot.example.com/keys.' },
        where: { label: 'Where', viewClass: 'SelectView', required: true, default: 'here', options: [{ value: 'here', label: 'Here' }, { value: 'else', label: 'Elsewhere' }] },
        place: { label: 'Which place', viewClass: 'TextFieldView', secret: false, required: true, visibleWhen: { field: 'where', oneOf: ['else'] } },
        ...fields,
      },
    },
  ],
  verification: {
    protocol: 'http',
    request: { method: 'GET', url: `http://127.0.0.1:${service.address().port}/me`, headers: { 'X-Key': '{{apiKey}}' } },
    accept: { status: [200] },
    reject: { status: [401] },
  },
})

test('a descriptor becomes a form before it is saved, then a component with credentials', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser)
  await page.getByRole('link', { name: 'Import a component' }).click()
  await page.getByRole('heading', { name: 'Import a component', level: 1 }).waitFor()

  await descriptor(page).fill('{"title": "Own Depot", "methods": 7}')
  await preview(page).getByText('/methods', { exact: true }).waitFor()
  assert.ok(await button(page, 'Import').isDisabled())
  await shot(page, 'import-refused')

  await page.locator('input[type=file]').setInputFiles({ name: 'depot.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(depot(), null, 2)) })
  await preview(page).getByRole('heading', { name: 'Own Depot' }).waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue(), 'own-depot')
  await preview(page).getByText('Verified by a dry request').waitFor()
  assert.equal(await preview(page).getByRole('link', { name: 'https://depot.example.com/keys' }).getAttribute('target'), '_blank')
  assert.equal(await preview(page).getByLabel('Which place').count(), 0)
  await preview(page).getByRole('combobox', { name: 'Where' }).click()
  await page.getByRole('option', { name: 'Elsewhere' }).click()
  await preview(page).getByLabel('Which place').waitFor()
  assert.deepEqual(await axe(page), [])
  await shot(page, 'import')

  await button(page, 'Import').click()
  await page.getByText('Own Depot is imported.').waitFor()
  await page.waitForURL(/credentials\/own-depot$/)
  await button(page, 'Add New Account').click()
  await page.getByLabel('Depot key').and(page.locator('input')).fill('wrong')
  await button(page, 'Verify').click()
  await page.getByRole('alert').getByText('Rejected', { exact: true }).waitFor()
  await page.getByLabel('Depot key').and(page.locator('input')).fill('right')
  await button(page, 'Verify').click()
  await page.getByRole('article', { name: 'My Own Depot credential' }).getByText('Verified', { exact: true }).waitFor()

  // A new version that would break it is told, with the credentials, and done only on request.
  await page.getByRole('link', { name: 'Import a new version' }).click()
  await descriptor(page).fill(JSON.stringify(depot({ door: { label: 'Door', viewClass: 'TextFieldView', secret: false, required: true } })))
  await preview(page).getByRole('heading', { name: 'Own Depot' }).waitFor()
  await button(page, 'Import').click()
  await page.getByRole('alert').getByText(/^The new version changes 1 thing .*My Own Depot credential/).waitFor()
  await shot(page, 'import-breaking')
  await button(page, 'Import all the same').click()
  await page.getByText('Own Depot has a new version.').waitFor()

  // While something uses it, it retires.
  await button(page, 'Remove the component').click()
  await page.getByRole('dialog').getByText('1 credential stays').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the component' }).click()
  await page.getByText('Own Depot has retired').waitFor()
  await page.getByRole('searchbox', { name: 'Search applications' }).fill('own depot')
  await page.getByRole('link', { name: /^Own Depot/ }).click()
  await page.getByText('This workspace’s own, retired').waitFor()
  assert.equal(await button(page, 'Add New Account').count(), 0)
  guard.clean()
})

test('elastic.io’s own form, without anybody to ask, says so', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser, { path: 'components/import' })
  const elastic = { title: 'Depot of old', credentials: { fields: { apiKey: { label: 'API key', viewClass: 'PasswordFieldView', required: true }, odd: { label: 'Odd', viewClass: 'OddView' } } } }
  await descriptor(page).fill(JSON.stringify(elastic))
  await preview(page).getByText('Nobody to ask: saved as not verified').waitFor()
  await preview(page).getByText('/credentials/fields/odd/viewClass').waitFor()
  assert.equal(await preview(page).getByLabel('Odd').and(page.locator('input')).getAttribute('type'), 'password') // nobody knows, so it is secret

  // Half of a text is told as what it is, and a title that the catalog has is nobody's dead end.
  await descriptor(page).fill('{"title": "SFTP", ')
  await page.getByRole('alert').getByText('is not one JSON value').waitFor()
  await descriptor(page).fill(JSON.stringify({ ...elastic, title: 'SFTP' }))
  await preview(page).getByRole('heading', { name: 'SFTP' }).waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue(), 'own-sftp')
  assert.ok(await button(page, 'Import').isEnabled())
  guard.clean()
})

test('a choice that only the service knows is fetched with what was typed', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser, { path: 'components/import' })
  const url = `http://127.0.0.1:${service.address().port}/places`
  const pier = {
    label: 'Pier',
    viewClass: 'SelectView',
    secret: false,
    optionsFrom: { request: { method: 'GET', url, headers: { 'X-Key': '{{apiKey}}' } }, items: '/places', value: '/id', label: '/name' },
  }
  await descriptor(page).fill(JSON.stringify({ ...depot({ pier }), title: 'Depot by the sea' }))
  await preview(page).getByRole('heading', { name: 'Depot by the sea' }).waitFor()
  await button(page, 'Import').click()
  await button(page, 'Add New Account').click()
  const key = page.getByLabel('Depot key').and(page.locator('input'))
  await key.fill('wrong')
  await page.getByRole('combobox', { name: 'Pier' }).click()
  await page.getByText('Type the value, or fill in the other fields first and try again.').waitFor()
  await shot(page, 'options-refused')
  await key.fill('right')
  await button(page, 'Try again').click()
  await page.getByRole('combobox', { name: 'Pier' }).click()
  await page.getByRole('option', { name: 'Pier two' }).click()
  assert.equal(await page.getByRole('combobox', { name: 'Pier' }).inputValue(), 'Pier two')
  assert.deepEqual(await axe(page), [])
  await button(page, 'Verify').click()
  await page.getByRole('article', { name: 'My Depot by the sea credential' }).getByText('Verified', { exact: true }).waitFor()
  guard.clean()
})

test('a script in a descriptor stays a text', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser, { path: 'components/import' })
  const script = '<img src=x onerror="document.title=1"><script>document.title=2</script>Look'
  const hostile = depot({ evil: { label: script, viewClass: 'TextFieldView', note: `${script} [x](javascript:alert(1))`, helpUrl: 'https://example.com/help' } })
  await descriptor(page).fill(JSON.stringify({ ...hostile, title: `Evil ${script}`, description: script }))
  await preview(page).getByRole('heading', { name: /^Evil/ }).waitFor()
  assert.equal(await preview(page).locator('script, img').count(), 0)
  assert.equal(await preview(page).locator('a[href^="javascript"]').count(), 0)
  assert.match(await page.title(), /^Import a component/)
  guard.clean()
})

test('only owners import, and it fits a phone', async (t) => {
  const editor = await openApp(t, keyward, browser, { role: 'EDITOR' })
  assert.equal(await editor.page.getByRole('link', { name: 'Import a component' }).count(), 0)
  await editor.to('components/import')
  await editor.page.getByText('Only owners import components').waitFor()
  const { page, guard } = await openApp(t, keyward, browser, { path: 'components/import', viewport: phone, theme: 'dark' })
  await descriptor(page).fill(JSON.stringify(depot()))
  await preview(page).getByRole('heading', { name: 'Own Depot' }).waitFor()
  assert.equal(await overflows(page), false)
  assert.deepEqual(await axe(page), [])
  await shot(page, 'import-phone', { fullPage: true })
  guard.clean()
})
