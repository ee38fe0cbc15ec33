import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Keyward, startKeyward } from '../../test/server.mjs'
import { ask, at, show, signIn } from '../../test/page'
import type { ComponentQuery } from '../gen/graphql'
import { en } from '../words/en'
import { CredentialForm, type Saved } from './CredentialForm'
import { ComponentDocument } from './operations'

type Component = NonNullable<ComponentQuery['component']>

const { connect: words } = en
const onSaved = vi.fn<(saved: Saved) => void>()

let keyward: Keyward
let user: ReturnType<typeof userEvent.setup>

beforeAll(async () => {
  keyward = await startKeyward('KEYWARD_OAUTH_GITHUB_CLIENT_ID=of-this-test', 'KEYWARD_OAUTH_GITHUB_CLIENT_SECRET=not-needed-here')
  at(keyward.url)
  await signIn(keyward)
})

afterAll(() => keyward?.stop())

beforeEach(() => {
  onSaved.mockReset()
  user = userEvent.setup()
})

const component = async (key: string): Promise<Component> => (await ask(ComponentDocument, { key })).component!

async function open(key: string) {
  show(<CredentialForm component={await component(key)} onSaved={onSaved} onCancel={() => {}} />)
  await screen.findByLabelText(new RegExp(`^${en.form.name}`))
}

/** A window as the browser opens it, empty; where it is sent to is kept. */
function someWindow() {
  return { closed: false, close: vi.fn(), sessionStorage: { setItem: vi.fn() }, document: { title: '', body: { textContent: '' } }, opener: window as unknown, location: { replace: vi.fn() } }
}

const click = (name: string | RegExp) => user.click(screen.getByRole('button', { name }))

describe('a method that connects', () => {
  test('asks for its scopes, and for no end', async () => {
    await open('github')
    expect(screen.getByRole('button', { name: words.start('GitHub') })).toBeTruthy()
    await click(en.form.group(en.form.more))
    const boxes = screen.getAllByRole('checkbox') as HTMLInputElement[]
    expect(boxes.map(({ value, checked }) => [value, checked])).toEqual([['read:user', true], ['repo', true]])
    expect(screen.queryByLabelText(en.form.endsOn)).toBeNull()
    await user.type(screen.getByLabelText(words.another), 'gist  workflow repo{Enter}')
    expect((screen.getAllByRole('checkbox') as HTMLInputElement[]).map(({ value }) => value)).toEqual(['read:user', 'repo', 'gist', 'workflow'])
  })

  test('offers nothing that could not work where there is no client', async () => {
    await open('gmail')
    expect(screen.getByText(words.setClient)).toBeTruthy()
    expect(screen.queryByRole('button', { name: words.start('Gmail') })).toBeNull()
  })

  test('opens no window while something is missing', async () => {
    const opened = vi.spyOn(window, 'open')
    await open('oauth2')
    await click(words.start('OAuth 2.0'))
    await screen.findByText(en.form.required('Token URL'))
    expect(opened).not.toHaveBeenCalled()
  })

  test('sends its window to the provider, which gets no handle of this page, and waits', async () => {
    const opened = someWindow()
    vi.spyOn(window, 'open').mockReturnValue(opened as never)
    await open('github')
    await click(words.start('GitHub'))
    await screen.findByText(words.waiting('GitHub'))
    const [url] = opened.location.replace.mock.calls[0] as [string]
    expect(url).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?.*client_id=of-this-test/)
    expect(opened.opener).toBeNull()
    await click(en.cancel)
    expect(await screen.findByRole('button', { name: words.start('GitHub') })).toBeTruthy()
  })

  test('says why nothing came of it', async () => {
    const opened = someWindow()
    vi.spyOn(window, 'open').mockReturnValue(opened as never)
    await open('github')
    await click(words.start('GitHub'))
    await screen.findByText(words.waiting('GitHub'))
    const [, to] = opened.sessionStorage.setItem.mock.calls[0] as [string, string]
    const channel = new BroadcastChannel('keyward-connect')
    channel.postMessage({ to, workspace: null, until: Date.now() + 700, id: '1', outcome: { problem: 'ACCESS_DENIED' } })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toBe(words.problem({ reason: 'ACCESS_DENIED' }))
    channel.close()
  })

  test('closes its window again when the gateway finds something wrong, and says it beside the field', async () => {
    const opened = someWindow()
    vi.spyOn(window, 'open').mockReturnValue(opened as never)
    await open('oauth2')
    const type = (key: string, text: string) => user.type(document.getElementById(`field-${key}`)!, text)
    await type('authorizationUrl', 'https://login.example/authorize')
    await type('tokenUrl', 'https://login.example/token?key=1')
    await type('clientId', 'id')
    await type('clientSecret', 'secret')
    await type('testUrl', 'https://api.example/me')
    await click(words.start('OAuth 2.0'))
    await waitFor(() => expect(document.getElementById('field-tokenUrl-error')?.textContent).toContain('query'))
    expect(opened.close).toHaveBeenCalledOnce()
    expect(opened.location.replace).not.toHaveBeenCalled()
  })
})
