import { useSyncExternalStore } from 'react'
import type { Words } from './en'
import { chosen, subscribe, wordsOf } from './languages'

export type { Verdict, Words } from './en'
export { chooseLanguage, languages } from './languages'

export function useLanguage(): string {
  return useSyncExternalStore(subscribe, chosen)
}

export function useWords(): Words {
  return wordsOf(useLanguage())
}
