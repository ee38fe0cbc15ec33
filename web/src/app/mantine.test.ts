import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(path, 'utf8')
const built = (end: string) => {
  const dir = join(import.meta.dirname, '../../dist/assets')
  return readdirSync(dir).filter((name) => name.endsWith(end)).map((name) => read(join(dir, name))).join('\n')
}

test('the kit’s styles are there for every part of it that the pages use', () => {
  const styles = join(import.meta.dirname, '../../node_modules/@mantine/core/styles')
  const scripts = built('.js')
  const here = built('.css')
  const missing = readdirSync(styles).filter((file) => {
    if (!file.endsWith('.css') || file.endsWith('.layer.css')) return false
    const classes = [...new Set([...read(join(styles, file)).matchAll(/\.(m_[0-9a-f]+)/g)].map(([, name]) => name!))]
    return classes.some((name) => scripts.includes(name) && !here.includes(name))
  })
  expect(missing, 'add these to src/app/mantine.css').toEqual([])
})
