// What the component tests need of a browser.
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'
import { chooseLanguage } from '../src/words'

afterEach(() => {
  cleanup()
  chooseLanguage('en')
})
