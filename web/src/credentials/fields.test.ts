import { describe, expect, test } from 'vitest'
import { en } from '../words/en'
import { type FormValues, type Spec, type Stored, type Value, allOf, beginning, changesOf, checks, dayOf, endOf, fateOf, groups, moves, placed, slot, visible } from './fields'

function field(key: string, more: Partial<Spec> = {}): Spec {
  return {
    key,
    label: `The ${key}`,
    view: 'TEXT',
    required: false,
    secret: false,
    placeholder: null,
    note: null,
    helpUrl: null,
    options: [],
    fetchesOptions: false,
    pattern: null,
    patternMessage: null,
    group: null,
    visibleWhen: null,
    defaultValue: null,
    destination: false,
    ...more,
  }
}

const when = (field: string, ...oneOf: string[]) => ({ visibleWhen: { field, oneOf } })
const secret = (key: string, more: Partial<Spec> = {}) => field(key, { view: 'PASSWORD', secret: true, ...more })
const open = (key: string, value: string | null): Stored => ({ key, isSet: value !== null, value, values: null, hint: null })
const sealed = (key: string, hint: string | null = null): Stored => ({ key, isSet: true, value: null, values: null, hint })

/** What the form holds after somebody typed. */
function typed(specs: Spec[], values: Record<string, Value>, stored: Stored[] = []): FormValues {
  const form = beginning(specs, 'Mine', stored)
  for (const [key, value] of Object.entries(values)) form.values[slot(key)] = value
  return form
}

const keys = (specs: Spec[]) => specs.map(({ key }) => key)

/** What the checks say, by field. */
function mistakes(specs: Spec[], form: FormValues, stored: Stored[] = []): Record<string, string> {
  const { error } = checks(specs, stored, en).safeParse(form)
  return Object.fromEntries((error?.issues ?? []).map(({ path, message }) => [path.map(String).join('/'), message]))
}

describe('visible', () => {
  const shown = (specs: Spec[], values: Record<string, Value>) => keys(visible(specs, typed(specs, values).values))

  test('shows a field when its condition holds', () => {
    const specs = [field('how'), field('host', when('how', 'parts')), field('uri', when('how', 'uri', 'url'))]
    expect(shown(specs, {})).toEqual(['how'])
    expect(shown(specs, { how: 'parts' })).toEqual(['how', 'host'])
    expect(shown(specs, { how: 'url' })).toEqual(['how', 'uri'])
  })

  test('hides what hangs on a hidden field, however long the chain', () => {
    const specs = [field('c', when('b', 'on')), field('b', when('a', 'on')), field('a')]
    expect(shown(specs, { a: 'on', b: 'on' })).toEqual(['c', 'b', 'a'])
    expect(shown(specs, { a: 'off', b: 'on' })).toEqual(['a'])
  })

  test('hides what waits for itself, and ends', () => {
    expect(shown([field('a', when('b', 'on')), field('b', when('a', 'on'))], { a: 'on', b: 'on' })).toEqual([])
    expect(shown([field('a', when('a', 'on'))], { a: 'on' })).toEqual([])
  })

  test('hides what waits for a field that there is not', () => {
    expect(shown([field('a', when('gone', ''))], {})).toEqual([])
  })

  test('knows whether a box is checked', () => {
    const specs = [field('tls', { view: 'CHECKBOX' }), field('ca', when('tls', 'true')), field('why', when('tls', 'false'))]
    expect(shown(specs, { tls: true })).toEqual(['tls', 'ca'])
    expect(shown(specs, { tls: false })).toEqual(['tls', 'why'])
  })

  test('knows whether one of several choices is made', () => {
    const specs = [field('use', { view: 'MULTI_SELECT' }), field('queue', when('use', 'queues'))]
    expect(shown(specs, { use: ['files'] })).toEqual(['use'])
    expect(shown(specs, { use: ['files', 'queues'] })).toEqual(['use', 'queue'])
  })
})

test('several choices begin as the descriptor has them', () => {
  expect(beginning([field('use', { view: 'MULTI_SELECT', defaultValue: '["files","queues"]' }), field('none', { view: 'MULTI_SELECT' })], '').values).toEqual({
    use: ['files', 'queues'],
    none: [],
  })
})

describe('checks', () => {
  test('ask for what is needed', () => {
    const specs = [field('a', { required: true }), field('b'), field('list', { view: 'MULTI_SELECT', required: true })]
    expect(mistakes(specs, typed(specs, {}))).toEqual({ 'values/a': 'The a is needed.', 'values/list': 'The list is needed.' })
    expect(mistakes(specs, typed(specs, { a: 'x', list: ['y'] }))).toEqual({})
  })

  test('hold a pattern against the whole value', () => {
    const specs = [field('port', { pattern: '[0-9]+|any', patternMessage: 'A number.' })]
    for (const good of ['80', 'any']) expect(mistakes(specs, typed(specs, { port: good }))).toEqual({})
    for (const bad of ['80x', 'x80', 'many', '80\n']) expect(mistakes(specs, typed(specs, { port: bad })), bad).toEqual({ 'values/port': 'A number.' })
  })

  test('read a pattern as browsers do, with the v flag', () => {
    const specs = [field('word', { pattern: '[\\p{L}--[a-z]]' })]
    expect(mistakes(specs, typed(specs, { word: 'Ä' }))).toEqual({})
    expect(mistakes(specs, typed(specs, { word: 'a' }))).toEqual({ 'values/word': 'The word has not the right form.' })
  })

  test('leave alone what is not shown, and what is empty and not needed', () => {
    const specs = [field('how'), field('uri', { ...when('how', 'uri'), required: true, pattern: 'x' }), field('note', { pattern: 'x' })]
    expect(mistakes(specs, typed(specs, { how: 'parts', uri: 'wrong' }))).toEqual({})
    expect(mistakes(specs, typed(specs, { how: 'uri' }))).toEqual({ 'values/uri': 'The uri is needed.' })
  })

  test('let a stored secret be, until it is to be replaced', () => {
    const specs = [secret('token', { required: true })]
    const stored = [sealed('token')]
    expect(mistakes(specs, typed(specs, {}, stored), stored)).toEqual({})
    const replacing = typed(specs, {}, stored)
    replacing.fates.token = 'replace'
    expect(mistakes(specs, replacing, stored)).toEqual({ 'values/token': 'The token is needed.' })
  })

  test('ask for every secret again when the address changes', () => {
    const specs = [field('host', { destination: true }), secret('token'), secret('other')]
    const stored = [open('host', 'a.example'), sealed('token'), sealed('other')]
    expect(mistakes(specs, typed(specs, {}, stored), stored)).toEqual({})
    expect(Object.keys(mistakes(specs, typed(specs, { host: 'b.example', token: 'new' }, stored), stored))).toEqual(['values/other'])
  })

  test('keep the name short', () => {
    expect(mistakes([], { name: 'x'.repeat(201), endsOn: '', values: {}, fates: {} })).toEqual({ name: en.form.tooLong })
  })

  test('know a field by its key, whatever signs are in it', () => {
    const specs = ['a.b', 'a[0]', "it's", 'a/b', 'ä', '%2e', 'a'].map((key) => field(key, { required: true }))
    expect(new Set(keys(specs).map(slot)).size).toBe(specs.length)
    for (const key of keys(specs)) expect(slot(key)).not.toMatch(/[.[\]'"]/)
    expect(Object.keys(mistakes(specs, typed(specs, { 'a.b': 'x', 'a[0]': 'x' })))).toEqual(["it's", 'a/b', 'ä', '%2e', 'a'].map((key) => `values/${slot(key)}`))
    expect(allOf(specs, typed(specs, { 'a.b': '1', 'a[0]': '2' }))).toEqual([
      { key: 'a.b', value: '1' },
      { key: 'a[0]', value: '2' },
    ])
  })
})

describe('what is sent', () => {
  test('for a new credential: all that is shown and not empty', () => {
    const specs = [field('how', { defaultValue: 'parts' }), field('host', when('how', 'parts')), field('uri', when('how', 'uri')), field('empty'), field('tls', { view: 'CHECKBOX' })]
    expect(allOf(specs, typed(specs, { host: 'h', uri: 'typed before, hidden now' }))).toEqual([
      { key: 'how', value: 'parts' },
      { key: 'host', value: 'h' },
      { key: 'tls', value: false },
    ])
  })

  const specs = [
    field('host', { destination: true }),
    field('user'),
    field('tls', { view: 'CHECKBOX' }),
    field('scopes', { view: 'MULTI_SELECT' }),
    secret('password', { required: true }),
    secret('extra'),
  ]
  const stored: Stored[] = [
    open('host', 'a.example'),
    open('user', 'ada'),
    open('tls', 'true'),
    { key: 'scopes', isSet: true, value: null, values: ['read'], hint: null },
    sealed('password', 'wxyz'),
    sealed('extra'),
  ]
  const changes = (values: Record<string, Value>, fates: FormValues['fates'] = {}) => {
    const form = typed(specs, values, stored)
    Object.assign(form.fates, fates)
    return changesOf(specs, form, stored)
  }

  test('for an edit: nothing, if nothing changed', () => {
    expect(changes({})).toEqual([])
  })

  test('for an edit: only what changed', () => {
    expect(changes({ user: 'eve' })).toEqual([{ key: 'user', value: 'eve' }])
    expect(changes({ tls: false, scopes: ['read', 'write'] })).toEqual([
      { key: 'tls', value: false },
      { key: 'scopes', value: ['read', 'write'] },
    ])
  })

  test('an emptied field is removed', () => {
    expect(changes({ user: '', scopes: [] })).toEqual([
      { key: 'user', value: null },
      { key: 'scopes', value: null },
    ])
  })

  test('a kept secret is not sent, not even what was typed before it was kept', () => {
    expect(changes({ password: 'left over' }, { password: 'keep' })).toEqual([])
  })

  test('a replaced secret is sent, and a cleared one is null', () => {
    expect(changes({ password: 'new' }, { password: 'replace', extra: 'clear' })).toEqual([
      { key: 'password', value: 'new' },
      { key: 'extra', value: null },
    ])
  })

  test('with another address every secret goes along, kept or not', () => {
    expect(changes({ host: 'b.example', password: 'p', extra: 'e' })).toEqual([
      { key: 'host', value: 'b.example' },
      { key: 'password', value: 'p' },
      { key: 'extra', value: 'e' },
    ])
    const form = typed(specs, { host: 'b.example' }, stored)
    expect(moves(specs, form, stored)).toBe(true)
    expect(fateOf(specs[4]!, form, true)).toBe('replace')
    expect(fateOf(specs[4]!, form, false)).toBe('keep')
  })

  test('a stored secret never gets into the form', () => {
    const form = beginning(specs, 'Mine', [{ ...sealed('password'), value: 'leaked' }])
    expect(JSON.stringify(form)).not.toContain('leaked')
  })
})

describe('placed', () => {
  const specs = [field('a.b', { label: 'Host' }), field('hidden', { label: 'URI' })]
  const issue = (message: string, ...path: string[]) => ({ path, message })

  test('puts an issue beside its field', () => {
    expect(placed([issue('Wrong.', 'fields', 'a.b'), issue('Too long.', 'name')], specs, ['a.b'])).toEqual({
      beside: [
        { field: `values.${slot('a.b')}`, message: 'Wrong.' },
        { field: 'name', message: 'Too long.' },
      ],
      above: [],
    })
  })

  test('puts one of a field that is not shown above them, with its label', () => {
    expect(placed([issue('Wrong.', 'fields', 'hidden')], specs, ['a.b'])).toEqual({ beside: [], above: ['URI: Wrong.'] })
  })

  test('puts all else above them as it is', () => {
    const issues = [issue('Unheard of.', 'fields', 'new'), issue('Not now.', 'linkTo', 'flowId'), issue('No.')]
    expect(placed(issues, specs, ['a.b'])).toEqual({ beside: [], above: ['Unheard of.', 'Not now.', 'No.'] })
  })
})

test('groups stand where their first field does; one that needs nothing may stay closed', () => {
  const specs = [field('a', { group: 'Proxy' }), field('b'), field('c', { group: 'TLS', required: true }), field('d', { group: 'Proxy' })]
  expect(groups(specs).map(({ name, specs, optional }) => [name, keys(specs), optional])).toEqual([
    ['Proxy', ['a', 'd'], true],
    [null, ['b'], false],
    ['TLS', ['c'], false],
  ])
})

test('a key that ends works to the end of its last day, wherever one is', () => {
  expect(endOf('')).toBeNull()
  expect(dayOf(endOf('2026-03-29')!)).toBe('2026-03-29')
  expect(Date.parse(endOf('2026-03-29')!)).toBe(new Date(2026, 2, 30).getTime() - 1)
  expect(beginning([], '', [], new Date(2026, 0, 5, 12).toISOString()).endsOn).toBe('2026-01-05')
})
