// What the component tests need of a browser.
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'
import { chooseLanguage } from '../src/words'

// happy-dom has no fonts; a text area that grows listens to them.
Object.defineProperty(document, 'fonts', { value: new EventTarget() })

afterEach(async () => {
  cleanup()
  await chooseLanguage('en')
})
