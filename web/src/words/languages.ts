import { de } from './de'
import { en, type Words } from './en'

// Without React, so that the small pages speak these languages, too.

/** The languages that there are: one file each. */
export const languages: Record<string, Words> = { en, de }

const key = 'keyward-language'
const listeners = new Set<() => void>()

/** The language that somebody chose in this browser, or else the first that it asks for and there is. */
export function chosen(): string {
  const kept = localStorage.getItem(key)
  if (kept && kept in languages) return kept
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in languages) ?? 'en'
}

export function wordsOf(language: string): Words {
  return languages[language] ?? en
}

export function chooseLanguage(language: string): void {
  localStorage.setItem(key, language)
  document.documentElement.lang = language
  listeners.forEach((changed) => changed())
}

export function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}

document.documentElement.lang = chosen()
