import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { api, axe, openApp, overflows, phone, shot, startBrowser } from './app.mjs'
import { startKeyward } from './server.mjs'

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

const flowFields = 'id version name status steps { key function component { key } credential { id name } } problems { stepKey kind }'
const readFlow = async (id) => (await api(keyward, `query ($id: ID!) { flow(id: $id) { ${flowFields} } }`, { id })).flow
const componentId = async (key) => (await api(keyward, 'query ($key: String!) { component(key: $key) { id } }', { key })).component.id

/** A flow with a step for each component, made by the API. */
async function makeFlow(name, ...components) {
  const steps = []
  for (const [at, key] of components.entries()) steps.push({ key: at ? `${key}-${at + 1}` : key, componentId: await componentId(key) })
  const { createFlow } = await api(
    keyward,
    `mutation ($input: CreateFlowInput!) { createFlow(input: $input) { ... on CreateFlowSuccess { flow { ${flowFields} } } } }`,
    { input: { name, steps } },
  )
  return createFlow.flow
}

async function makeCredential(name, component, fields, more = {}) {
  const { createCredential } = await api(
    keyward,
    'mutation ($input: CreateCredentialInput!) { createCredential(input: $input) { __typename ... on CreateCredentialSuccess { credential { id } } ... on Error { message } } }',
    { input: { name, componentId: await componentId(component), fields, ...more } },
  )
  assert.equal(createCredential.__typename, 'CreateCredentialSuccess', createCredential.message)
  return createCredential.credential.id
}
const makePetstore = (name, more) => makeCredential(name, 'petstore', [{ key: 'apiKey', value: 'secret' }], more)

const flowIdOf = (page) => page.url().match(/flow_[^/?]+/)[0]
const node = (page, name) => page.getByRole('button', { name })
const panel = (page) => page.getByRole('complementary')
/** Waits until the keyboard is in the panel. */
const inPanel = (page) => page.locator('aside :focus').waitFor()
const heading = (page, name) => page.getByRole('heading', { name })

test('from nothing to a running flow, in a few clicks', async (t) => {
  const { page, guard, person } = await openApp(t, keyward, browser, { path: 'flows' })
  await page.getByText('There is no flow yet').waitFor()
  assert.deepEqual(await axe(page), [])
  await person.click(page.getByRole('button', { name: 'New flow' }).last())
  await heading(page, 'Add step').waitFor()
  await page.waitForFunction(() => document.activeElement?.type === 'search')
  await person.type('petstore')
  await person.click(page.getByRole('button', { name: 'Petstore API' }))
  await heading(page, 'Step 1: Petstore API').waitFor()
  assert.equal(new URL(page.url()).searchParams.get('step'), 'petstore')

  // Not yet: the refusal leads to the step, where the form still waits and what is typed stays.
  await page.getByLabel(/^API key/).fill('secret')
  await person.click(page.getByRole('button', { name: 'Activate' }))
  await page.getByRole('alert').getByText('Step 1, Petstore API: Credential missing').waitFor()
  await node(page, /^Step 1: Petstore API, no credential, problem: Credential missing/).waitFor()
  await page.getByRole('button', { name: '1 problem' }).waitFor()
  assert.deepEqual(await axe(page), [])
  await shot(page, 'flow-refused')

  await person.click(page.getByRole('button', { name: 'Verify' }))
  await page.getByText('linked with this step').waitFor()
  await inPanel(page)
  assert.equal(await page.getByRole('alert').filter({ hasText: 'not activated' }).count(), 0, 'what was put right is still complained of')
  await node(page, /^Step 1: Petstore API, credential: My Petstore API credential, Verified$/).waitFor()
  await person.click(page.getByRole('button', { name: 'Activate' }))
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  const flow = await readFlow(flowIdOf(page))
  assert.equal(flow.status, 'ACTIVE')
  assert.equal(flow.steps[0].credential.name, 'My Petstore API credential')
  assert.ok(person.count <= 5, `${person.count} clicks`)

  // A second step of the component takes the flow's credential by itself, so a running flow can take it in.
  await person.click(node(page, 'Add step'))
  await page.waitForFunction(() => document.activeElement?.type === 'search')
  await person.type('petstore')
  await person.click(page.getByRole('button', { name: 'Petstore API', exact: true }))
  await heading(page, 'Step 2: Petstore API').waitFor()
  await page.getByText('linked with this step').waitFor()
  const [first, second] = (await readFlow(flow.id)).steps
  assert.equal(second.key, 'petstore-2')
  assert.equal(second.credential.id, first.credential.id)
  await shot(page, 'flow')

  // The back button walks through what was chosen.
  await page.goBack()
  await heading(page, 'Add step').waitFor()
  await page.goBack()
  await heading(page, 'Step 1: Petstore API').waitFor()
  guard.clean()
})

test('only credentials of the step’s component are offered; they are linked and unlinked', async (t) => {
  await makePetstore('Shop of Berlin')
  await makePetstore('Shop of Paris')
  await makeCredential('Warehouse', 'rest-api', [{ key: 'testUrl', value: 'https://127.0.0.1/' }], { saveUnverified: true })
  const { id } = await makeFlow('Linking', 'petstore', 'filter')
  const { page, guard } = await openApp(t, keyward, browser, { path: `flows/${id}?step=petstore` })
  const offered = page.getByRole('list', { name: 'Credentials for Petstore API' })
  await offered.getByText('Shop of Berlin').waitFor()
  assert.equal(await offered.getByText('Warehouse').count(), 0)

  await offered.getByRole('button', { name: /Shop of Paris/ }).click()
  await offered.getByRole('button', { name: /Shop of Paris.*linked/, pressed: true }).waitFor()
  assert.equal((await readFlow(id)).steps[0].credential.name, 'Shop of Paris')
  await page.getByRole('button', { name: 'Unlink' }).click()
  await node(page, /problem: Credential missing/).waitFor()
  assert.equal((await readFlow(id)).steps[0].credential, null)
  await inPanel(page)

  await node(page, /^Step 2: Filter, Needs no credential/).click()
  await panel(page).getByText('this step needs no credential').waitFor()
  guard.clean()
})

test('a running flow keeps what it needs, and can be stopped for the change', async (t) => {
  const { id } = await makeFlow('Running', 'petstore')
  await makePetstore('Shop of Rome', { linkTo: { flowId: id, stepKey: 'petstore' } })
  const { page, guard } = await openApp(t, keyward, browser, { path: `flows/${id}?step=petstore` })
  await page.getByRole('button', { name: 'Activate' }).click()
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Unlink' }).click()
  await page.getByRole('alert').getByText(/the flow is active/).waitFor()
  assert.equal((await readFlow(id)).steps[0].credential.name, 'Shop of Rome')
  assert.deepEqual(await axe(page), [])

  await page.getByRole('button', { name: 'Stop the flow and make the change' }).click()
  await node(page, /problem: Credential missing/).waitFor()
  const after = await readFlow(id)
  assert.equal(after.status, 'INACTIVE')
  assert.equal(after.steps[0].credential, null)
  guard.clean()
})

test('steps are moved, named, removed and had back as they were', async (t) => {
  const { id } = await makeFlow('Order', 'petstore', 'filter', 'slack')
  const credential = await makePetstore('Shop of Oslo', { linkTo: { flowId: id, stepKey: 'petstore' } })
  const { page, guard } = await openApp(t, keyward, browser, { path: `flows/${id}?step=petstore` })
  const order = async () => (await readFlow(id)).steps.map(({ key }) => key)

  // Twice at once: the second is made from what the first left.
  const later = page.getByRole('button', { name: 'Move later' })
  await later.dblclick()
  await page.getByText('Petstore API is step 3 of 3 now.').waitFor()
  assert.deepEqual(await order(), ['filter-2', 'slack-3', 'petstore'])
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.getByRole('button', { name: 'Move earlier' }).click()
  await page.getByText('Petstore API is step 2 of 3 now.').waitFor()

  await page.getByRole('tab', { name: 'Component' }).click()
  await page.getByLabel(/Which trigger or action/).fill('getPetsByStatus')
  await page.keyboard.press('Enter')
  await node(page, /^Step 2: Petstore API, getPetsByStatus/).waitFor()

  await page.getByRole('button', { name: 'Remove step' }).click()
  await page.getByText('The step Petstore API is removed.').waitFor()
  assert.deepEqual(await order(), ['filter-2', 'slack-3'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await heading(page, 'Step 2: Petstore API').waitFor()
  const { steps } = await readFlow(id)
  assert.deepEqual(steps[1], { key: 'petstore', function: 'getPetsByStatus', component: { key: 'petstore' }, credential: { id: credential, name: 'Shop of Oslo' } })
  guard.clean()
})

test('a name is edited in place; what somebody else did meanwhile is told, never overwritten', async (t) => {
  const { id } = await makeFlow('Old name', 'filter')
  const { page, context, workspace, guard } = await openApp(t, keyward, browser, { path: `flows/${id}` })
  const other = await context.newPage()
  await other.goto(`${workspace}/flows/${id}`)
  await heading(other, 'Old name').waitFor()

  await page.getByRole('button', { name: 'Rename' }).click()
  await page.keyboard.type('Never mind')
  await page.keyboard.press('Escape')
  await heading(page, 'Old name').waitFor()
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.keyboard.type('Theirs')
  await page.keyboard.press('Enter')
  await heading(page, 'Theirs').waitFor()

  await other.getByRole('button', { name: 'Rename' }).click()
  await other.keyboard.type('Mine')
  await other.keyboard.press('Enter')
  await other.getByRole('alert').getByText(/Somebody changed this flow/).waitFor()
  assert.equal((await readFlow(id)).name, 'Theirs')
  assert.equal(await other.getByLabel('Name of the flow').inputValue(), 'Mine', 'what was typed is gone')
  await other.keyboard.press('Escape')
  await heading(other, 'Theirs').waitFor()
  assert.deepEqual(await axe(other), [])

  // Seen, it may be changed.
  await other.getByRole('button', { name: 'Rename' }).click()
  await other.keyboard.type('Mine')
  await other.keyboard.press('Enter')
  await heading(other, 'Mine').waitFor()
  assert.equal((await readFlow(id)).name, 'Mine')
  guard.clean()
})

test('by keyboard alone', async (t) => {
  const { page, guard } = await openApp(t, keyward, browser, { path: 'flows' })
  await page.getByRole('button', { name: 'New flow', exact: true }).waitFor()
  async function tabTo(name) {
    for (let tries = 0; tries < 60; tries++) {
      await page.keyboard.press('Tab')
      const focused = page.locator(':focus')
      if ((await focused.count()) && name.test((await focused.ariaSnapshot()).split('\n')[0])) return
    }
    assert.fail(`the keyboard does not reach ${name}`)
  }
  await tabTo(/button "New flow"/)
  await page.keyboard.press('Enter')
  await page.getByRole('searchbox', { name: 'Search applications' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.type('petst')
  await page.keyboard.press('Enter')
  await heading(page, 'Step 1: Petstore API').and(page.locator(':focus')).waitFor()
  await tabTo(/button "Shop of Berlin/)
  await page.keyboard.press('Enter')
  await page.getByText('linked with this step').waitFor()

  // The nodes come before the panel, each by its whole name.
  await page.locator('#main').focus()
  await tabTo(/button "Activate"/)
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
  await tabTo(/button "Step 1: Petstore API, credential: Shop of Berlin, Verified"/)
  await tabTo(/button "Add step"/)
  await page.keyboard.press('Enter')
  await page.getByRole('searchbox', { name: 'Search applications' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.type('filter') // there are too many to pass by one by one
  await page.getByRole('button', { name: /^Airtable/ }).waitFor({ state: 'detached' })
  await tabTo(/button "Filter"/)
  await page.keyboard.press('Enter')
  await heading(page, 'Step 2: Filter').and(page.locator(':focus')).waitFor()
  await tabTo(/button "Remove step"/)
  await page.keyboard.press('Enter')
  await node(page, /^Step 1/).and(page.locator(':focus')).waitFor()
  assert.deepEqual((await readFlow(flowIdOf(page))).steps.map(({ key }) => key), ['petstore'])
  guard.clean()
})

for (const theme of ['light', 'dark']) {
  test(`on a phone, ${theme}`, async (t) => {
    const { id } = await makeFlow(`Pocket ${theme}`, 'petstore', 'filter', 'stripe')
    const { page, to, guard } = await openApp(t, keyward, browser, { path: 'flows', viewport: phone, theme, hasTouch: true })
    await page.getByRole('link', { name: `Pocket ${theme}` }).waitFor()
    assert.equal(await overflows(page), false)
    assert.deepEqual(await axe(page), [])
    await shot(page, `flows-phone-${theme}`)
    await page.getByRole('link', { name: `Pocket ${theme}` }).tap()
    await node(page, /^Step 1/).waitFor()
    assert.equal(await overflows(page), false)
    assert.deepEqual(await axe(page), [])
    await shot(page, `flow-phone-${theme}`)

    await node(page, /^Step 3: Stripe/).tap()
    const drawer = page.getByRole('dialog', { name: 'Step 3: Stripe' })
    await drawer.getByText('There is no credential for Stripe yet').waitFor()
    assert.deepEqual(await axe(page), [])
    await shot(page, `flow-step-phone-${theme}`)
    await drawer.getByRole('button', { name: 'Move earlier' }).tap()
    await page.getByRole('dialog', { name: 'Step 2: Stripe' }).waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual((await readFlow(id)).steps.map(({ key }) => key), ['petstore', 'stripe-3', 'filter-2'])
    await to(`flows/${id}?step=filter-2`)
    await page.getByRole('dialog', { name: 'Step 3: Filter' }).waitFor()
    guard.clean()
  })
}

test('the list: search, more, activate refused, stop and delete', async (t) => {
  const { id } = await makeFlow('Zebra', 'petstore')
  for (let n = 0; n < 22; n++) await makeFlow(`Bulk ${String(n).padStart(2, '0')}`)
  const { page, guard } = await openApp(t, keyward, browser, { path: 'flows', theme: 'dark' })
  const row = page.getByRole('listitem', { name: 'Zebra' })
  await page.getByRole('listitem', { name: 'Bulk 00' }).waitFor()
  assert.equal(await row.count(), 0)
  await page.getByRole('button', { name: 'Show more' }).click()
  await row.waitFor()
  await page.getByRole('searchbox', { name: 'Search flows' }).fill('zeb')
  await page.getByRole('listitem', { name: 'Bulk 00' }).waitFor({ state: 'detached' })
  assert.match(page.url(), /search=zeb/)

  await row.getByRole('button', { name: 'Activate Zebra' }).click()
  await row.getByRole('alert').getByText(/was not activated/).waitFor()
  assert.deepEqual(await axe(page), [])
  await makePetstore('Shop of Lima', { linkTo: { flowId: id, stepKey: 'petstore' } })
  await row.getByRole('button', { name: 'Activate Zebra' }).click()
  await row.getByText('Active', { exact: true }).waitFor()
  assert.equal(await row.getByRole('alert').count(), 0)

  await row.getByRole('button', { name: 'Delete Zebra' }).click()
  await page.getByRole('dialog').getByText(/It is active, and stops at once/).waitFor()
  assert.deepEqual(await axe(page), [])
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No flow fits').waitFor()
  assert.equal(await readFlow(id), null)
  guard.clean()
})

test('a viewer sees everything and changes nothing', async (t) => {
  const { id } = await makeFlow('Looked at', 'petstore', 'stripe')
  const { page, to, guard } = await openApp(t, keyward, browser, { path: 'flows', role: 'VIEWER' })
  await page.getByText('You may look at flows here.').waitFor()
  await page.getByRole('listitem').first().waitFor()
  assert.equal(await page.getByRole('main').getByRole('button', { name: /New|Activate|Stop|Delete/ }).count(), 0)
  await to(`flows/${id}?step=stripe-2`)
  await page.getByText('No credential for Stripe yet').waitFor()
  await node(page, /^Step 1: Petstore API/).click()
  await page.getByRole('list', { name: 'Credentials for Petstore API' }).getByText('Shop of Berlin').waitFor()
  for (const name of [/Add step/, /Activate/, /Rename/, /Remove/, /Move/, /New credential/, /Unlink/]) {
    assert.equal(await page.getByRole('button', { name }).count(), 0, String(name))
  }
  assert.equal(await page.getByRole('button', { name: /Shop of Berlin/ }).isDisabled(), true)
  assert.deepEqual(await axe(page), [])
  guard.clean()
})
