import { chosen, wordsOf } from '../words/languages'

/** What this page says, in the language of whoever reads it. */
export const words = wordsOf(chosen())

const title = document.getElementById('title')!
const problem = document.getElementById('problem')!
const content = document.getElementById('content')!

/** Puts new content below a new title, from which keyboard and screen reader go on. */
export function show(heading: string, ...children: HTMLElement[]): void {
  title.textContent = heading
  document.title = `${heading} · Keyward`
  content.replaceChildren(...children)
  const field = content.querySelector('input')
  if (field) field.focus()
  else title.focus()
}

/** Says what went wrong; nothing takes it back. */
export function tell(sentence: string): void {
  problem.textContent = sentence
  problem.hidden = sentence === ''
}

export function element<K extends keyof HTMLElementTagNameMap>(name: K, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

export function paragraph(text: string): HTMLParagraphElement {
  return element('p', text)
}

export function button(text: string): HTMLButtonElement {
  const made = element('button', text)
  made.type = 'submit'
  made.className = 'button'
  return made
}
