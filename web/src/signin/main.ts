import './page.css'
import { accept, look, methods, useLink, type Invitation, type Methods } from './api'
import { pathHere } from './next'
import { button, element, paragraph, show, tell, words as all } from './page'

const words = all.signIn
// Where one was going, also for a link that is pasted here, and when the page is loaded again.
const next = pathHere(new URLSearchParams(location.search).get('next')) ?? pathHere((history.state as { next?: unknown } | null)?.next)

// The token lives in here and nowhere else: the address forgets it before anything is asked.
function takeToken(): string {
  const token = location.hash.slice(1)
  forget(location.search)
  return token
}

/** Takes out of the address what is known by now. */
function forget(keep = ''): void {
  history.replaceState(next ? { next } : null, '', location.pathname + keep)
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
  show(words.title, paragraph(words.signingIn))
  const answer = await useLink(token)
  if (typeof answer !== 'string') return goTo(next ?? answer.next)
  await offer(answer)
}

/** What can be done without a link. */
async function offer(problem = ''): Promise<void> {
  const asked = new URLSearchParams(location.search).get('problem') ?? ''
  forget()
  const offered = await methods(asked)
  if (typeof offered === 'string') {
    show(words.title)
    return tell(problem || offered)
  }
  show(words.title, ...ways(offered))
  tell(problem || (words.problems[asked] ?? offered.problem ?? ''))
}

function ways({ oidc, signedIn }: Methods): HTMLElement[] {
  const list: HTMLElement[] = []
  if (signedIn) {
    list.push(paragraph(words.already), link(next ?? '/', words.goOn))
  }
  if (oidc) list.push(link(next ? `${oidc.path}?${new URLSearchParams({ next })}` : oidc.path, words.with(oidc.name)))
  const how = element('p')
  how.append(...words.how.split('`').map((part, i) => (i % 2 ? element('code', part) : part)))
  list.push(how)
  return list
}

function link(to: string, text: string): HTMLAnchorElement {
  const a = element('a', text)
  a.href = to
  a.className = 'button'
  return a
}

async function invitation(token: string): Promise<void> {
  if (!token) {
    show(words.invitation)
    return tell(words.notWhole)
  }
  show(words.invitation, paragraph(words.looking))
  const found = await look(token)
  if (typeof found === 'string') {
    show(words.invitation, link('/sign-in', words.title))
    return tell(found)
  }
  show(words.join(found.workspace), ...question(token, found))
}

function question(token: string, found: Invitation): HTMLElement[] {
  const form = element('form')
  const name = element('input')
  if (found.needsName) {
    const label = element('label', words.name)
    label.htmlFor = name.id = 'name'
    name.required = true
    name.maxLength = 200
    name.autocomplete = 'name'
    form.append(label, name)
  }
  const join = button(found.needsSignIn ? words.signInAndJoin(found.workspace) : words.join(found.workspace))
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
  const text = [paragraph(words.invites(found.invitedBy, found.workspace, words.as[found.role] ?? found.role))]
  if (found.as) text.push(paragraph(words.signedInAs(found.as)))
  return [...text, form]
}

/** Leaves for a page of this gateway, and for no other. */
function goTo(path: string | undefined): void {
  location.replace(pathHere(path) ?? '/')
}
