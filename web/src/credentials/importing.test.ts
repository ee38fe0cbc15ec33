import { expect, test } from 'vitest'
import { keyOf, ownKey } from './importing'

test('a key is suggested by the title, or else by the file', () => {
  expect(keyOf('{"title": "Müller & Söhne: CRM  2"}', 'x.json')).toBe('muller-sohne-crm-2')
  expect(keyOf('{"title": "half', 'sftp-component.json')).toBe('sftp')
  expect(keyOf('{"title": 7}', 'petstore-component-nodejs.json')).toBe('petstore')
  expect(keyOf('null', 'Rest-API-component-v2.JSON')).toBe('rest-api')
  expect(keyOf(`{"title": "${'a'.repeat(63)} b"}`, '')).toBe('a'.repeat(63))
  expect(keyOf('', '')).toBe('')
})

test('what the catalog has gets another key, that is one', () => {
  expect(ownKey('sftp')).toBe('own-sftp')
  expect(ownKey(`${'a'.repeat(59)}-bcde`)).toBe(`own-${'a'.repeat(59)}`)
})
