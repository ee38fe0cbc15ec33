// A credential's page and the health of all, against services that change their mind.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { api, axe, desktop, kept, openApp, overflows, phone, shot, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

let keyward
let browser
let service
let answers = 200
let gate = async () => {} // what the service waits for before it answers

before(async () => {
  service = createServer((_, response) => void gate().then(() => response.writeHead(answers).end())).listen(0, '127.0.0.1')
  await once(service, 'listening')
  keyward = await startKeyward('--egress-allow', '127.0.0.0/8')
  keyward.url = keyward.url.replace('127.0.0.1', 'localhost') // as its links say
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await keyward?.stop()
  service?.close()
})

beforeEach(async () => {
  answers = 200
  gate = async () => {}
  const { flows, credentials } = await api(keyward, '{ flows(first: 100) { nodes { id } } credentials(first: 100) { nodes { id } } }')
  for (const { id } of flows.nodes) await change('deleteFlow', 'DeleteFlowInput', { id })
  for (const { id } of credentials.nodes) await change('deleteCredential', 'DeleteCredentialInput', { id })
})

/** Sends a mutation that has to succeed; answers with what it made. */
async function change(name, type, input, ask = '__typename') {
  const data = await api(keyward, `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Error { message } ${ask} } }`, { input })
  assert.match(data[name].__typename, /Success$/, data[name].message)
  return data[name]
}

async function credential(name, more = {}) {
  const fields = [
    { key: 'testUrl', value: `http://127.0.0.1:${service.address().port}/me` },
    { key: 'token', value: 'a-token-that-nobody-sees-5678' },
  ]
  const made = await change(
    'createCredential',
    'CreateCredentialInput',
    { componentId: 'cmp_rest-api', authMethod: 'bearer', name, fields, ...more },
    '... on CreateCredentialSuccess { credential { id } }',
  )
  return made.credential.id
}

const verify = (id) => change('verifyCredential', 'VerifyCredentialInput', { id })

async function runningFlow(name, credentialId) {
  const { flow } = await change(
    'createFlow',
    'CreateFlowInput',
    { name, steps: [{ key: 'ask', componentId: 'cmp_rest-api', credentialId, function: 'httpRequest' }] },
    '... on CreateFlowSuccess { flow { id } }',
  )
  await change('activateFlow', 'ActivateFlowInput', { id: flow.id })
}

/** Something that happens when the test says so. */
function later() {
  let resolve
  const promise = new Promise((done) => (resolve = done))
  return { promise, resolve }
}

async function names() {
  const { credentials } = await api(keyward, '{ credentials(first: 100) { nodes { name } } }')
  return credentials.nodes.map(({ name }) => name)
}

/** What axe finds in both themes, and whether it fits on a phone. */
async function looksRight(page, name) {
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme })
    assert.deepEqual(await axe(page), [], theme)
    await shot(page, `${name}-${theme}`, { fullPage: true })
  }
  await page.setViewportSize(phone)
  await page.waitForFunction((width) => innerWidth === width, phone.width)
  await shot(page, `${name}-phone`, { fullPage: true })
  assert.equal(await overflows(page), false)
  await page.setViewportSize(desktop)
}

describe('a credential’s page', () => {
  test('shows its id, its flows, each verification and who did what', async (t) => {
    const id = await credential('Warehouse', { tags: ['production'] })
    await runningFlow('Orders to the warehouse', id)
    answers = 401
    await verify(id)
    answers = 500
    await verify(id)
    answers = 200
    await verify(id)
    const { page, context, guard } = await openApp(t, keyward, browser, { path: `credentials/rest-api/${id}` })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('heading', { level: 1, name: 'Warehouse' }).waitFor()
    await page.getByText('production', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Copy the id' }).click()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), id)

    const chart = page.getByRole('group', { name: '4 verifications' })
    const points = chart.getByRole('img')
    assert.equal(await points.count(), 4)
    assert.deepEqual(await points.evaluateAll((all) => all.map((point) => point.ariaLabel.split(',')[0])), ['Accepted', 'Rejected', 'Could not be asked', 'Accepted'])
    // Shapes tell outcomes apart, not colours alone.
    const shapes = await points.locator('path').evaluateAll((all) => all.map((path) => path.getAttribute('d')))
    assert.equal(new Set(shapes).size, 3)

    // One stop for the keyboard, arrows from point to point, and each tells what it is.
    assert.equal(await chart.locator('[tabindex="0"]').count(), 1)
    await points.last().focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('tooltip').getByText('The service rejected these values.').waitFor()
    await page.keyboard.press('Home')
    assert.equal(await points.first().evaluate((point) => point === document.activeElement), true)

    await page.getByRole('button', { name: 'Show as table' }).click()
    assert.equal(await page.getByRole('table').getByRole('row').count(), 5)
    await page.getByRole('button', { name: 'Show as chart' }).click()

    await page.getByRole('link', { name: 'Orders to the warehouse' }).waitFor()
    const trail = page.getByRole('region', { name: 'Audit trail' })
    await trail.getByText('Credential created').waitFor()
    assert.equal(await trail.getByText('Credential verified again').count(), 3)
    assert.match(await trail.getByRole('listitem').first().innerText(), /Accepted\s+browser \(API token\) · .+ · from 127\.0\.0\.1/)

    await page.mouse.move(0, 0)
    await looksRight(page, 'credential')
    assert.ok(!JSON.stringify(await kept(page)).includes('nobody-sees'), 'the secret is on the page')
    guard.clean()
  })

  test('verifies again, is edited in place and deleted', async (t) => {
    const id = await credential('Courier')
    const { page, to, guard } = await openApp(t, keyward, browser, { path: `credentials/rest-api/${id}` })
    answers = 401
    await page.getByRole('button', { name: 'Verify again' }).click()
    await page.getByRole('alert').getByText('The service rejected these values.').waitFor()
    await page.getByText('Rejected', { exact: true }).first().waitFor()
    assert.equal(await page.getByRole('group', { name: '2 verifications' }).getByRole('img').count(), 2)
    answers = 200
    await page.getByRole('button', { name: 'Verify again' }).click()
    await page.getByText('The service accepted these values.').waitFor()

    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByLabel('Account name').fill('Courier, new')
    await page.getByRole('button', { name: 'More' }).click()
    const next = new Date()
    next.setDate(next.getDate() + 10)
    const day = next.toLocaleDateString('sv-SE')
    await page.getByLabel('Ends on').fill(day)
    assert.deepEqual(await axe(page), [])
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Courier, new' }).waitFor()
    await page.getByText(/^in (9|10) days$/).waitFor()
    const stored = await api(keyward, 'query ($id: ID!) { credential(id: $id) { expiresAt } }', { id })
    assert.equal(new Date(stored.credential.expiresAt).toLocaleDateString('sv-SE'), day)

    // An end can be taken away again, and one in the past is refused at its field.
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByLabel('Ends on').fill('2020-01-01')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.locator('[aria-invalid="true"][type="date"]').waitFor()
    await page.getByLabel('Ends on').fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: 'Verify again' }).waitFor()
    assert.equal((await api(keyward, 'query ($id: ID!) { credential(id: $id) { expiresAt } }', { id })).credential.expiresAt, null)

    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(/\/credentials\/rest-api$/)
    await to(`credentials/rest-api/${id}`)
    await page.getByText('There is no such credential here').waitFor()
    await page.getByRole('link', { name: 'See the other ones' }).click()
    await page.waitForURL(/\/credentials\/rest-api$/)
    guard.clean()
  })

  test('offers nothing to those who may only look', async (t) => {
    const id = await credential('Courier')
    const { page, to, guard } = await openApp(t, keyward, browser, { role: 'VIEWER', path: `credentials/rest-api/${id}` })
    await page.getByText('Only owners of the workspace see who did what to it.').waitFor()
    for (const name of ['Verify again', 'Edit', 'Delete']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0)
    await to('health')
    await page.getByRole('link', { name: 'Courier' }).waitFor()
    assert.equal(await page.getByRole('checkbox').count(), 0)
    guard.clean()
  })
})

/** How many the newest job has finished, once that doesn't change any more. */
async function settled() {
  for (let before = -1; ; await sleep(1500)) {
    const { verificationJobs } = await api(keyward, '{ verificationJobs(first: 1) { nodes { done } } }')
    const [{ done }] = verificationJobs.nodes
    if (done === before) return done
    before = done
  }
}

describe('health', () => {
  test('says when there is nothing, and when all is well', async (t) => {
    const { page, to, guard } = await openApp(t, keyward, browser, { path: 'health' })
    await page.getByRole('heading', { name: 'No credentials yet' }).waitFor()
    await runningFlow('Orders', await credential('Warehouse'))
    await to('health')
    await page.getByRole('heading', { name: 'All is well!' }).waitFor()
    await looksRight(page, 'health-well')
    guard.clean()
  })

  test('counts, shows what needs somebody, and verifies it until stopped', async (t) => {
    const failing = []
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) failing.push(await credential(`Failing ${name}`))
    await runningFlow('Orders', await credential('Good'))
    await credential('Ending', { expiresAt: new Date(Date.now() + 5 * 86_400_000).toISOString() })
    await credential('Ending late', { expiresAt: new Date(Date.now() + 90 * 86_400_000).toISOString() })
    answers = 401
    for (const id of failing) await verify(id)
    const { page, guard } = await openApp(t, keyward, browser, { path: 'health' })
    const section = (name) => page.getByRole('region', { name, exact: true })
    await page.getByRole('img', { name: 'Verified: 3, Rejected: 6' }).waitFor()
    assert.equal(await section('Need attention').getByRole('listitem').count(), 6)
    assert.deepEqual(await section('End soon').getByRole('link').allInnerTexts(), ['Ending'])
    assert.equal(await section('Unused').getByRole('listitem').count(), 8)
    await looksRight(page, 'health')

    answers = 200
    let asked = 0
    const stopped = later()
    gate = () => (++asked === 1 ? Promise.resolve() : stopped.promise)
    await page.getByRole('button', { name: 'Verify all 6' }).click()
    await page.getByText(/^1 of 6 verified/).waitFor()
    await shot(page, 'health-verifying')
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText(/^Stopped after \d of 6\./).waitFor()
    stopped.resolve()
    const verified = await settled() // what was under way is still finished
    assert.ok(verified > 1 && verified < 6, `${verified} were verified`)
    await page.getByText(`Stopped after ${verified} of 6. ${verified} of ${verified} accepted.`).waitFor()
    await page.getByRole('img', { name: `Verified: ${3 + verified}, Rejected: ${6 - verified}` }).waitFor()
    assert.equal(await section('Need attention').getByRole('listitem').count(), 6 - verified)

    await page.getByRole('button', { name: `Verify all ${6 - verified}` }).click()
    await page.getByText(`${6 - verified} of ${6 - verified} accepted.`, { exact: true }).waitFor()
    await page.getByRole('img', { name: 'Verified: 9' }).waitFor()
    assert.equal(await section('Need attention').count(), 0)
    guard.clean()
  })

  test('shows what is, even if what was is answered later', async (t) => {
    for (const name of ['A', 'B', 'C']) {
      answers = 200
      const id = await credential(name)
      answers = 401
      await verify(id)
    }
    const { page, guard } = await openApp(t, keyward, browser, { path: 'health' })
    await page.getByRole('img', { name: 'Rejected: 3' }).waitFor()
    answers = 200
    const held = later()
    let asked = 0
    await page.route('**/graphql', async (route) => {
      const answer = await route.fetch()
      if (route.request().postData().includes('query Health') && asked++ === 0) await held.promise
      await route.fulfill({ response: answer })
    })
    await page.getByRole('button', { name: 'Verify all 3' }).click()
    await page.getByText('3 of 3 accepted.', { exact: true }).waitFor()
    held.resolve()
    await page.getByRole('img', { name: 'Verified: 3' }).waitFor()
    assert.equal(await page.getByRole('region', { name: 'Need attention' }).count(), 0)
    await page.unrouteAll({ behavior: 'wait' })
    guard.clean()
  })

  test('deletes several at once, all or nothing', async (t) => {
    const used = await credential('Used')
    for (const name of ['Old 1', 'Old 2', 'Old 3']) await credential(name)
    await runningFlow('Orders', used)
    await runningFlow('Returns', used)
    answers = 401
    await verify(used)
    const { page, guard } = await openApp(t, keyward, browser, { path: 'health' })
    const dialog = page.getByRole('dialog')

    await page.getByRole('checkbox', { name: 'Select all 3' }).check()
    await page.getByRole('checkbox', { name: 'Select Old 3' }).uncheck()
    await page.getByRole('checkbox', { name: 'Select Used' }).check()
    await page.getByRole('button', { name: 'Delete 3' }).click()
    await dialog.getByRole('heading', { name: 'Delete 3 credentials?' }).waitFor()
    assert.deepEqual((await dialog.getByRole('listitem').allInnerTexts()).sort(), ['Old 1', 'Old 2', 'Used'])
    assert.deepEqual(await axe(page, { within: '[role="dialog"]' }), [])
    await shot(page, 'health-delete')
    await dialog.getByRole('button', { name: 'Delete 3' }).click()

    await dialog.getByRole('heading', { name: 'Nothing was deleted' }).waitFor()
    assert.deepEqual(await dialog.getByRole('link').allInnerTexts(), ['Orders', 'Returns'])
    assert.match(await dialog.getByRole('listitem').innerText(), /^Used\s+Used by Orders, Returns$/)
    assert.equal((await names()).length, 4)
    assert.deepEqual(await axe(page, { within: '[role="dialog"]' }), [])
    await shot(page, 'health-refused')

    await dialog.getByRole('button', { name: 'Leave out, delete the other 2' }).click()
    await page.getByText('2 credentials are deleted.').waitFor()
    assert.deepEqual(await names(), ['Old 3', 'Used'])
    assert.equal(await page.getByRole('button', { name: /^Delete/ }).count(), 0, 'something is still selected')

    // Once no flow runs that needs it, it goes with the others.
    await page.getByRole('checkbox', { name: 'Select Old 3' }).check()
    const { flows } = await api(keyward, '{ flows { nodes { id } } }')
    for (const { id } of flows.nodes) await change('deactivateFlow', 'DeactivateFlowInput', { id })
    await page.getByRole('checkbox', { name: 'Select Used' }).first().check()
    await page.getByRole('button', { name: 'Delete 2' }).click()
    await dialog.getByRole('button', { name: 'Delete 2' }).click()
    await page.getByRole('heading', { name: 'No credentials yet' }).waitFor()
    assert.deepEqual(await names(), [])
    guard.clean()
  })

  test('leaves out what somebody deleted meanwhile', async (t) => {
    const gone = await credential('Gone')
    await credential('There')
    const { page, guard } = await openApp(t, keyward, browser, { path: 'health' })
    await page.getByRole('checkbox', { name: 'Select all 2' }).check()
    await change('deleteCredential', 'DeleteCredentialInput', { id: gone })
    await page.getByRole('button', { name: 'Delete 2' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Delete 2' }).click()
    await dialog.getByText('Gone is not there any more').waitFor()
    assert.deepEqual(await names(), ['There'])
    await dialog.getByRole('button', { name: 'Delete 1' }).click()
    await page.getByRole('heading', { name: 'No credentials yet' }).waitFor()
    guard.clean()
  })
})
