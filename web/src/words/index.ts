import { useSyncExternalStore } from 'react'
import { de } from './de'
import { en, type Words } from './en'

export type { Verdict, Words } from './en'

/** The languages that there are: one file each. */
export const languages: Record<string, Words> = { en, de }

const key = 'keyward-language'
const listeners = new Set<() => void>()

function chosen(): string {
  const kept = localStorage.getItem(key)
  if (kept && kept in languages) return kept
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in languages) ?? 'en'
}

export function chooseLanguage(language: string): void {
  localStorage.setItem(key, language)
  document.documentElement.lang = language
  listeners.forEach((changed) => changed())
}

export function useLanguage(): string {
  return useSyncExternalStore((changed) => {
    listeners.add(changed)
    return () => listeners.delete(changed)
  }, chosen)
}

export function useWords(): Words {
  return languages[useLanguage()] ?? en
}

document.documentElement.lang = chosen()
