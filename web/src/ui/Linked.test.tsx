import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { show } from '../../test/page'
import { Linked, hasLink } from './Linked'

async function linked(text: string) {
  show(<p data-testid="text"><Linked text={text} /></p>)
  const shown = await screen.findByTestId('text')
  return { text: shown.textContent, links: [...shown.querySelectorAll('a')].map((a) => a.getAttribute('href')), elements: shown.querySelectorAll(':not(a)').length }
}

test('web addresses in a text can be followed, up to the mark that ends their sentence', async () => {
  const text = 'See the keys (https://example.com/keys?of=me). More: http://example.com/a_(b), or https://example.org/x…'
  const shown = await linked(text)
  expect(shown.text).toBe(text)
  expect(shown.links).toEqual(['https://example.com/keys?of=me', 'http://example.com/a_', 'https://example.org/x'])
})

test('a text is never HTML, and leads nowhere but to the web', async () => {
  const text = '<img src=x onerror=alert(1)> <a href="javascript:alert(1)">here</a> javascript:alert(1) data:text/html,x'
  expect(await linked(text)).toEqual({ text, links: [], elements: 0 })
  expect(hasLink(text)).toBe(false)
})
