import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Keyward, startKeyward } from '../../test/server.mjs'
import { ask, at, show, signIn } from '../../test/page'
import type { CatalogQuery, ComponentQuery, FieldSpecsFragment } from '../gen/graphql'
import { chooseLanguage } from '../words'
import { de } from '../words/de'
import { en } from '../words/en'
import { CredentialForm, type Saved } from './CredentialForm'
import { hasLink } from '../ui/Linked'
import { type Spec, beginning, slot, visible } from './fields'
import { CatalogDocument, ComponentDocument, CreateCredential } from './operations'

type Component = NonNullable<ComponentQuery['component']>
type Credential = Component['credentials']['nodes'][number]

const closed = 'http://127.0.0.1:1'
const { form: words } = en

let keyward: Keyward
const catalog = new Map<string, Component>()
let onSaved: ReturnType<typeof vi.fn<(saved: Saved) => void>>
let user: ReturnType<typeof userEvent.setup>

beforeAll(async () => {
  // Nothing that these tests try leaves this machine.
  keyward = await startKeyward('--egress-allow', '127.0.0.0/8', `KEYWARD_COMPONENT_STRIPE_BASE_URL=${closed}`)
  at(keyward.url)
  await signIn(keyward)
  for (let after: string | null = null, more = true; more; ) {
    const { components }: CatalogQuery = await ask(CatalogDocument, { after })
    for (const { key } of components.nodes) catalog.set(key, (await ask(ComponentDocument, { key })).component!)
    ;({ hasNextPage: more, endCursor: after } = components.pageInfo)
  }
})

afterAll(() => keyward?.stop())

beforeEach(() => {
  onSaved = vi.fn()
  user = userEvent.setup()
})

const of = (key: string) => catalog.get(key)!

async function open(component: Pick<Component, 'id' | 'title' | 'authMethods'>, credential?: Credential) {
  const shown = show(<CredentialForm component={component} {...(credential && { credential })} onSaved={onSaved} onCancel={() => {}} />)
  await screen.findByLabelText(new RegExp(`^(${en.form.name}|${de.form.name})`))
  return shown
}

const control = (key: string) => document.getElementById(`field-${slot(key)}`) as HTMLInputElement
const type = async (key: string, text: string) => {
  await user.clear(control(key))
  await user.type(control(key), text.replace(/[[{]/g, '$&$&'))
}
const click = (name: string | RegExp) => user.click(screen.getByRole('button', { name }))
const described = (input: HTMLElement) => {
  const ids = input.getAttribute('aria-describedby')?.split(' ') ?? []
  return ids.map((id) => document.getElementById(id)?.textContent).join(' ').trim()
}
const error = (key: string) => document.getElementById(`field-${slot(key)}-error`)?.textContent ?? null
const stored = async (key: string) => (await ask(ComponentDocument, { key })).component!.credentials.nodes

async function made(component: string, authMethod: string, fields: Record<string, string>): Promise<Credential> {
  const { createCredential: answer } = await ask(CreateCredential, {
    input: { componentId: of(component).id, authMethod, fields: Object.entries(fields).map(([key, value]) => ({ key, value })), saveUnverified: true },
  } as never)
  if (answer.__typename !== 'CreateCredentialSuccess') throw new Error(answer.message)
  return (await stored(component)).find(({ id }) => id === answer.credential.id)!
}

/** One of each kind, as a descriptor of a user's own may have them. */
function own(fields: (Partial<Spec> & { key: string })[]): Pick<Component, 'id' | 'title' | 'authMethods'> {
  const [method] = of('petstore').authMethods as [FieldSpecsFragment]
  const plain = { ...method.fields[0]!, view: 'TEXT', required: false, secret: false, note: null, helpUrl: null } as Spec
  return { id: 'cmp_own', title: 'Own', authMethods: [{ ...method, fields: fields.map((field) => ({ ...plain, label: field.key, ...field })) }] }
}

describe('the form of every component', () => {
  test('shows each field of each method as it is described', async () => {
    const complaints = vi.spyOn(console, 'error')
    let methods = 0
    for (const component of catalog.values()) {
      for (const method of component.authMethods) {
        const where = `${component.key}, ${method.key}`
        const { unmount } = await open(component)
        if (component.authMethods.length > 1) await user.click(screen.getByLabelText(method.title))
        await openGroups()
        const shown = visible(method.fields, beginning(method.fields, '').values)
        for (const spec of method.fields) {
          if (shown.includes(spec)) expectField(spec, `${where}, ${spec.key}`)
          else expect(control(spec.key), `${where}, ${spec.key} waits for another`).toBeNull()
        }
        expect(screen.getByText(buttonOf(component, method)), where).toBeTruthy()
        unmount()
        methods++
      }
    }
    expect(methods).toBeGreaterThanOrEqual(catalog.size / 2) // some need no credential
    expect(complaints.mock.calls).toEqual([])
  }, 300_000)

  test('shows a field once another has the value that it waits for', async () => {
    let waiting = 0
    for (const component of catalog.values()) {
      for (const method of component.authMethods) {
        const before = visible(method.fields, beginning(method.fields, '').values)
        for (const spec of method.fields) {
          const decides = before.find(({ key }) => key === spec.visibleWhen?.field)
          if (before.includes(spec) || !decides || method.oauth) continue
          const { unmount } = await open(component)
          if (component.authMethods.length > 1) await user.click(screen.getByLabelText(method.title))
          await openGroups()
          await choose(decides, spec.visibleWhen!.oneOf[0]!)
          await waitFor(() => expectField(spec, `${component.key}, ${method.key}, ${spec.key}`))
          unmount()
          waiting++
        }
      }
    }
    expect(waiting).toBeGreaterThan(0)
  }, 300_000)

  async function openGroups() {
    for (const group of screen.queryAllByRole('button', { expanded: false })) await user.click(group)
  }

  async function choose(spec: Spec, value: string) {
    if (spec.view === 'CHECKBOX') return user.click(control(spec.key))
    if (spec.options.length === 0) return type(spec.key, value)
    await user.click(control(spec.key))
    const { label } = spec.options.find((option) => option.value === value)!
    await user.click(await screen.findByRole('option', { name: label }))
  }

  function buttonOf({ title }: Component, { oauth, verifiable }: FieldSpecsFragment): string {
    if (oauth) return oauth.provider?.client === null ? en.connect.setClient : en.connect.start(title)
    return verifiable ? words.verify : words.saveUnverified
  }

  function expectField(spec: Spec, where: string) {
    const input = control(spec.key)
    expect(input, where).toBeTruthy()
    const label = document.querySelector(`label[for="${input.id}"]`)
    expect(label?.textContent, where).toBe(spec.label + (spec.required ? ' *' : ''))
    expect(input.getAttribute('aria-required'), where).toBe(String(spec.required))
    if (spec.view === 'TEXT_AREA') expect(input.tagName, where).toBe('TEXTAREA')
    else if (spec.secret) expect(input.type, where).toBe('password')
    if (spec.placeholder) expect(input.placeholder, where).toBe(spec.placeholder)
    if (spec.defaultValue && spec.view === 'TEXT') expect(input.value, where).toBe(spec.defaultValue)
    if (spec.note) {
      if (hasLink(spec.note)) expect(document.querySelector(`[id="${input.getAttribute('aria-describedby')?.split(' ')[0]}"] a`), where).toBeTruthy()
      else expect(screen.getByLabelText(words.about(spec.label)).tagName, where).toBe('BUTTON')
      expect(described(input), where).toBe(spec.note)
    }
    if (spec.helpUrl) {
      const help = screen.getByLabelText(words.help(spec.label))
      expect([help.getAttribute('href'), help.getAttribute('target'), help.getAttribute('rel')], where).toEqual([spec.helpUrl, '_blank', 'noreferrer'])
    }
  }

  test('says what is missing, beside each field, and asks nobody', async () => {
    const asked = vi.spyOn(globalThis, 'fetch')
    await open(of('postgresql'))
    await click(words.verify)
    await waitFor(() => expect(error('host')).toBe('Host is needed.'))
    expect(error('password')).toBe('Password is needed.')
    expect(error('port')).toBeNull() // it has a default
    // What is optional stays out of the way of others' mistakes.
    expect(screen.getByRole('button', { name: words.group(words.more) }).getAttribute('aria-expanded')).toBe('false')
    expect(document.activeElement).toBe(control('host'))
    expect(asked).not.toHaveBeenCalled()
  })

  test('checks the pattern as one types', async () => {
    await open(of('mysql'))
    await user.click(screen.getByRole('radio', { name: 'Connection URI' }))
    const { patternMessage } = of('mysql').authMethods.find(({ key }) => key === 'uri')!.fields[0]!
    await type('uri', 'mysql://')
    await waitFor(() => expect(error('uri')).toBe(patternMessage))
    expect(control('uri').getAttribute('aria-invalid')).toBe('true')
    expect(described(control('uri'))).toContain(patternMessage)
    await user.type(control('uri'), 'ada:pw@db.example/orders')
    await waitFor(() => expect(error('uri')).toBeNull())
  })

  test('keeps what two ways have in common', async () => {
    await open(of('rest-api'))
    await type('testUrl', 'https://api.example')
    await user.type(screen.getByLabelText(words.name), 'Mine')
    await user.click(screen.getByRole('radio', { name: 'Bearer token' }))
    await waitFor(() => expect(control('token')).toBeTruthy())
    expect(control('testUrl').value).toBe('https://api.example')
    expect((screen.getByLabelText(words.name) as HTMLInputElement).value).toBe('Mine')
  })

  test('offers the choices of a select', async () => {
    await open(of('postgresql'))
    await user.click(control('sslMode'))
    const options = await screen.findAllByRole('option')
    const spec = of('postgresql').authMethods[0]!.fields.find(({ key }) => key === 'sslMode')!
    expect(options.map(({ textContent }) => textContent)).toEqual(spec.options.map(({ label }) => label))
    await user.click(options[1]!)
    expect(control('sslMode').value).toBe('Not encrypted')
  })
})

describe('a descriptor of one’s own', () => {
  test('shows a field only while its condition holds', async () => {
    await open(own([{ key: 'how', defaultValue: 'parts' }, { key: 'a.host', visibleWhen: { field: 'how', oneOf: ['parts'] } }, { key: 'uri', visibleWhen: { field: 'how', oneOf: ['uri'] } }]))
    expect(control('a.host')).toBeTruthy()
    expect(control('uri')).toBeNull()
    await type('how', 'uri')
    await waitFor(() => expect(control('uri')).toBeTruthy())
    expect(control('a.host')).toBeNull()
  })

  test('has a control for every view', async () => {
    const options = [{ value: 'a', label: 'Axles' }, { value: 'b', label: 'Bolts' }]
    await open(own([{ key: 'lines', view: 'TEXT_AREA' }, { key: 'box', view: 'CHECKBOX' }, { key: 'one', view: 'SELECT', options }, { key: 'some', view: 'MULTI_SELECT', options }]))
    expect(control('lines').tagName).toBe('TEXTAREA')
    await user.click(screen.getByRole('checkbox', { name: 'box' }))
    expect(control('box').checked).toBe(true)
    await user.click(control('some'))
    await user.click(await screen.findByRole('option', { name: 'Bolts' }))
  })

  test('hides a group that needs nothing behind its name, and opens it for a mistake in it', async () => {
    await open(own([{ key: 'host', required: true }, { key: 'proxy', group: 'Proxy', pattern: '[a-z]+' }, { key: 'ca', group: 'TLS', required: true }]))
    const toggle = screen.getByRole('button', { name: words.group('Proxy') })
    expect(toggle.getAttribute('aria-expanded')).toBe('false')
    expect(screen.getByRole('group', { name: 'TLS' })).toBeTruthy()
    await user.click(toggle)
    expect(toggle.getAttribute('aria-expanded')).toBe('true')
    await type('proxy', '1')
    await waitFor(() => expect(error('proxy')).toBe(words.pattern('proxy')))
    await user.click(toggle)
    expect(toggle.getAttribute('aria-expanded')).toBe('true')
  })
})

describe('verifying', () => {
  test('a wrong key is told, with what to try, and nothing is saved', async () => {
    const before = (await stored('petstore')).length
    await open(of('petstore'))
    await type('apiKey', 'wrong')
    await click(words.verify)
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('rejected')
    expect(alert.textContent).toContain(words.tryThis.REJECTED)
    expect(screen.queryByRole('button', { name: words.saveUnverified })).toBeNull()
    expect(control('apiKey').value).toBe('wrong')
    expect(onSaved).not.toHaveBeenCalled()
    expect((await stored('petstore')).length).toBe(before)
  })

  test('the right key is verified and saved', async () => {
    await open(of('petstore'))
    await user.type(screen.getByLabelText(words.name), '  Shop  ')
    await type('apiKey', 'secret')
    await click(words.verify)
    await waitFor(() => expect(onSaved).toHaveBeenCalledOnce())
    expect(onSaved.mock.calls[0]![0]).toMatchObject({ name: 'Shop', status: 'VERIFIED' })
    expect((await stored('petstore')).some(({ name }) => name === 'Shop')).toBe(true)
  })

  test('a service that can’t be asked leaves the choice to save without', async () => {
    await open(of('rest-api'))
    await type('testUrl', `${closed}/me`)
    await click(words.verify)
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain(en.outcomes.UNAVAILABLE)
    expect(alert.textContent).toContain(words.tryThis.UNAVAILABLE)
    expect(onSaved).not.toHaveBeenCalled()
    await click(words.saveUnverified)
    await waitFor(() => expect(onSaved).toHaveBeenCalledOnce())
    expect(onSaved.mock.calls[0]![0].status).toBe('UNVERIFIED')
  })

  test('the gateway’s issues stand beside their fields', async () => {
    await open(of('rest-api'))
    await type('testUrl', 'https://api.example/me?key=1')
    await click(words.verify)
    await waitFor(() => expect(error('testUrl')).toContain('without a user name, a password, a query'))
    expect(screen.getByRole('alert').textContent).toBe(words.issues)
    await waitFor(() => expect(document.activeElement).toBe(control('testUrl')))
  })

  test('an issue of a field that the form lacks stands above the others', async () => {
    const component = of('petstore')
    const [method] = component.authMethods as [FieldSpecsFragment]
    await open({ ...component, authMethods: [{ ...method, fields: [] }] })
    await click(words.verify)
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('API key')
    expect(alert.textContent).not.toBe(words.issues)
  })
})

describe('a stored secret', () => {
  const key = 'sk_live_0123456789abcdefghijwxyz'

  test('is masked, with its hint, until it is to be replaced', async () => {
    await open(of('stripe'), await made('stripe', 'api-key', { apiKey: key }))
    expect(screen.getByText(words.storedHint('wxyz'))).toBeTruthy()
    expect(document.querySelector('input[type=password]')).toBeNull()
    expect(document.body.innerHTML).not.toContain(key)
    const { label } = of('stripe').authMethods[0]!.fields[0]!
    await click(words.replaceOf(label))
    await waitFor(() => expect(document.activeElement).toBe(control('apiKey')))
    expect(control('apiKey').value).toBe('')
    await click(words.keepOf(label))
    expect(await screen.findByText(words.storedHint('wxyz'))).toBeTruthy()
  })

  test('stays when only the name changes: nobody is asked about it', async () => {
    const credential = await made('stripe', 'api-key', { apiKey: key })
    await open(of('stripe'), credential)
    expect(screen.getByRole('button', { name: words.verify })).toBeTruthy() // nothing is changed: tries what is stored
    await user.type(screen.getByLabelText(words.name), ' renamed')
    await screen.findByRole('button', { name: words.save })
    const asked = vi.spyOn(globalThis, 'fetch')
    await click(words.save)
    await waitFor(() => expect(onSaved).toHaveBeenCalledOnce())
    const sent = JSON.parse(String(asked.mock.calls[0]![1]!.body)) as { variables: { input: { fields: unknown } } }
    expect(sent.variables.input.fields).toEqual([])
    const [now] = (await stored('stripe')).filter(({ id }) => id === credential.id)
    expect(now).toMatchObject({ name: `${credential.name} renamed`, fields: credential.fields, lastVerification: credential.lastVerification })
  })

  test('is saved without verifying where nobody can be asked, again and again', async () => {
    const credential = await made('rest-api', 'bearer', { testUrl: `${closed}/a`, token: 'token' })
    await open(of('rest-api'), { ...credential, authMethod: { ...credential.authMethod, verifiable: false } })
    expect((screen.getByRole('button', { name: words.saveUnverified }) as HTMLButtonElement).disabled).toBe(true)
    await click(words.replaceOf('Token'))
    await type('token', 'another')
    await click(words.saveUnverified)
    await waitFor(() => expect(onSaved).toHaveBeenCalledOnce())
    expect((await stored('rest-api')).find(({ id }) => id === credential.id)?.version).toBe(credential.version + 1)
  })

  test('keeps a name: an empty one is told', async () => {
    await open(of('stripe'), await made('stripe', 'api-key', { apiKey: key }))
    await user.clear(screen.getByLabelText(words.name))
    await click(words.save)
    expect(await screen.findByText(words.required(words.name))).toBeTruthy()
    expect(onSaved).not.toHaveBeenCalled()
  })

  test('is asked for again when the address changes', async () => {
    await open(of('rest-api'), await made('rest-api', 'bearer', { testUrl: `${closed}/a`, token: 'token' }))
    expect(control('token').textContent).toContain(words.stored)
    await type('testUrl', `${closed}/b`)
    expect(await screen.findByText(words.retype)).toBeTruthy()
    expect(control('token').type).toBe('password')
    expect(screen.queryByRole('button', { name: words.keepOf('Token') })).toBeNull()
    await click(words.verify)
    await waitFor(() => expect(error('token')).toBe('Token is needed.'))
    await type('testUrl', `${closed}/a`)
    await waitFor(() => expect(control('token').textContent).toContain(words.stored))
  })
})

test('everything is there in German', async () => {
  await chooseLanguage('de')
  await open(of('rest-api'))
  const page = within(document.body)
  expect(page.getByText(de.form.method)).toBeTruthy()
  await user.click(page.getByRole('button', { name: de.form.verify }))
  await waitFor(() => expect(error('testUrl')).toBe(de.form.required('Test URL')))
  await type('testUrl', `${closed}/me`)
  await user.click(page.getByRole('button', { name: de.form.verify }))
  const alert = await page.findByRole('alert')
  expect(alert.textContent).toContain(de.outcomes.UNAVAILABLE)
  expect(alert.textContent).toContain(de.verdict({ outcome: 'UNAVAILABLE', reason: 'CONNECTION_REFUSED', message: 'The host is there' }))
  expect(alert.textContent).not.toContain('The host is there')
  expect(alert.textContent).toContain(de.form.tryThis.UNAVAILABLE)
  expect(page.getByRole('button', { name: de.form.saveUnverified })).toBeTruthy()
})
