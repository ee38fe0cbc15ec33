import './page.css'
import { accept, look, methods, useLink, type Invitation, type Methods } from './api'
import { button, element, paragraph, show, tell } from './page'

// The token lives in here and nowhere else: the address forgets it before anything is asked.
function takeToken(): string {
  const token = location.hash.slice(1)
  history.replaceState(null, '', location.pathname + location.search)
  return token
}

void open(takeToken())
// A link that is pasted into this page's own address bar loads nothing anew.
addEventListener('hashchange', () => location.hash && void open(takeToken()))

async function open(token: string): Promise<void> {
  tell('')
  if (location.pathname.startsWith('/invitation')) return invitation(token)
  if (token) return signIn(token)
  return offer()
}

async function signIn(token: string): Promise<void> {
  show('Sign in', paragraph('Signing you in …'))
  const answer = await useLink(token)
  if (typeof answer !== 'string') return goTo(answer.next)
  await offer(answer)
}

/** What can be done without a link. */
async function offer(problem = ''): Promise<void> {
  const asked = new URLSearchParams(location.search).get('problem') ?? ''
  history.replaceState(null, '', location.pathname)
  const offered = await methods(asked)
  if (typeof offered === 'string') {
    show('Sign in')
    return tell(problem || offered)
  }
  show('Sign in', ...ways(offered))
  tell(problem || (offered.problem ?? ''))
}

function ways({ oidc, signedIn }: Methods): HTMLElement[] {
  const list: HTMLElement[] = []
  if (signedIn) {
    list.push(paragraph('You are signed in already.'), link('/', 'Go on'))
  }
  if (oidc) list.push(link(oidc.path, `Sign in with ${oidc.name}`))
  const how = paragraph('Have a sign-in link? Open it: it works once, within 15 minutes. Whoever runs this gateway makes one with ')
  how.append(element('code', 'keyward sign-in-link'), ', and for anybody but its first owner adds ', element('code', '--user'), ' and their id.')
  list.push(how)
  return list
}

function link(to: string, text: string): HTMLAnchorElement {
  const a = element('a', text)
  a.href = to
  a.className = 'button'
  return a
}

const roles: Record<string, string> = {
  OWNER: 'an owner, who reads, writes and manages',
  EDITOR: 'an editor, who reads and writes',
  VIEWER: 'a viewer, who reads',
}

async function invitation(token: string): Promise<void> {
  if (!token) {
    show('Invitation')
    return tell('This is where an invitation’s link leads to, and it was not whole. Open the link again, or ask for another one.')
  }
  show('Invitation', paragraph('Looking the invitation up …'))
  const found = await look(token)
  if (typeof found === 'string') {
    show('Invitation', link('/sign-in', 'Sign in'))
    return tell(found)
  }
  show(`Join ${found.workspace}`, ...question(token, found))
}

function question(token: string, found: Invitation): HTMLElement[] {
  const form = element('form')
  const name = element('input')
  if (found.needsName) {
    const label = element('label', 'Your name')
    label.htmlFor = name.id = 'name'
    name.required = true
    name.maxLength = 200
    name.autocomplete = 'name'
    form.append(label, name)
  }
  const join = button(found.needsSignIn ? `Sign in and join ${found.workspace}` : `Join ${found.workspace}`)
  form.append(join)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (join.getAttribute('aria-disabled') === 'true') return
    join.setAttribute('aria-disabled', 'true')
    tell('')
    const answer = await accept(token, name.value.trim())
    join.removeAttribute('aria-disabled')
    if (typeof answer === 'string') return tell(answer)
    goTo(answer.signIn ?? answer.next)
  })
  const text = [paragraph(`${found.invitedBy} invites you to ${found.workspace} as ${roles[found.role] ?? found.role}.`)]
  if (found.as) text.push(paragraph(`You are signed in as ${found.as}.`))
  return [...text, form]
}

/** Leaves for a page of this gateway, and for no other. */
function goTo(path: string | undefined): void {
  const to = new URL(path ?? '/', location.origin)
  location.replace(to.origin === location.origin ? to : '/')
}
