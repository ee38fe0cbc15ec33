import { en, type Words } from './en'

// Without React, so that the small pages speak these languages, too.

/** The languages that there are, by their own names: one file each, which only those load who read it. */
export const languages: Record<string, string> = { en: 'English', de: 'Deutsch' }
const files: Record<string, () => Promise<Words>> = { de: async () => (await import('./de')).de }

const loaded: Record<string, Words> = { en }
const key = 'keyward-language'
const listeners = new Set<() => void>()

/** The language that somebody chose in this browser, or else the first that it asks for and there is. */
export function chosen(): string {
  const kept = localStorage.getItem(key)
  if (kept && kept in languages) return kept
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in languages) ?? 'en'
}

export function wordsOf(language: string): Words {
  return loaded[language] ?? en
}

export async function chooseLanguage(language: string): Promise<void> {
  await load(language)
  localStorage.setItem(key, language)
  document.documentElement.lang = language
  listeners.forEach((changed) => changed())
}

export function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}

/** Where the file can't be had, English goes on. */
async function load(language: string): Promise<void> {
  const words = await files[language]?.().catch(() => undefined)
  if (words) loaded[language] = words
}

await load(chosen())
document.documentElement.lang = chosen()
