import * as z from 'zod/mini'
import type { CredentialRowFragment, FieldInput, FieldSpecsFragment } from '../gen/graphql'
import type { Words } from '../words'

export type Spec = FieldSpecsFragment['fields'][number]
export type Stored = CredentialRowFragment['fields'][number]
export type Value = string | boolean | string[]

/** What becomes of a secret that is stored already. It can't be shown, so it is not simply edited. */
export type Fate = 'keep' | 'replace' | 'clear'

export interface FormValues {
  name: string
  endsOn: string // a day, or nothing
  values: Record<string, Value>
  fates: Record<string, Fate>
}

/** A field's place in the form. A descriptor's key may hold dots and brackets, which the form's library reads as a path. */
export const slot = (key: string) => encodeURIComponent(key).replace(/[.'()*!~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)

/** The form before anybody typed: what is stored where it may be shown, else the defaults. */
export function beginning(specs: Spec[], name: string, stored: Stored[] = [], expiresAt: string | null = null): FormValues {
  const kept = byKey(stored)
  return {
    name,
    endsOn: expiresAt ? dayOf(expiresAt) : '',
    values: Object.fromEntries(specs.map((spec) => [slot(spec.key), shown(spec, kept.get(spec.key))])),
    fates: Object.fromEntries(specs.filter((spec) => isKept(spec, kept)).map((spec) => [slot(spec.key), 'keep' as const])),
  }
}

/** Keeps what was typed for another way to sign in, where the two have a field in common. */
export function merged(fresh: FormValues, typed: FormValues | undefined): FormValues {
  if (!typed) return fresh
  const kept = Object.entries(typed.values).filter(([key, value]) => key in fresh.values && typeof value === typeof fresh.values[key])
  return { ...fresh, name: typed.name, endsOn: typed.endsOn, values: { ...fresh.values, ...Object.fromEntries(kept) } }
}

function shown(spec: Spec, stored: Stored | undefined): Value {
  const value = stored ? stored.value : spec.defaultValue
  switch (spec.view) {
    case 'CHECKBOX':
      return value === 'true'
    case 'MULTI_SELECT':
      return (stored ? stored.values : (JSON.parse(spec.defaultValue || '[]') as string[])) ?? []
    default:
      return spec.secret ? '' : (value ?? '')
  }
}

const byKey = <T extends { key: string }>(list: T[]) => new Map(list.map((each) => [each.key, each]))
const isKept = (spec: Spec, kept: Map<string, Stored>) => spec.secret && kept.get(spec.key)?.isSet === true
const text = (value: Value | undefined) => (value === undefined ? '' : String(value))
const isEmpty = (value: Value | undefined) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
const same = (a: Value | undefined, b: Value | undefined) => JSON.stringify(a) === JSON.stringify(b)

/** The fields to show: those whose condition holds. A condition on a field that is hidden itself doesn't. */
export function visible(specs: Spec[], values: Record<string, Value>): Spec[] {
  const all = byKey(specs)
  const isVisible = (spec: Spec, seen: string[] = []): boolean => {
    const { visibleWhen } = spec
    if (!visibleWhen) return true
    const other = all.get(visibleWhen.field)
    if (!other || seen.includes(other.key) || !isVisible(other, [...seen, spec.key])) return false
    return [values[slot(other.key)]].flat().some((value) => visibleWhen.oneOf.includes(text(value)))
  }
  return specs.filter((spec) => isVisible(spec))
}

/** Whether the values lead somewhere else than what is stored: then every secret has to be typed again. */
export function moves(specs: Spec[], form: FormValues, stored: Stored[]): boolean {
  const kept = byKey(stored)
  return specs.some((spec) => spec.destination && !spec.secret && !same(shown(spec, kept.get(spec.key)), form.values[slot(spec.key)]))
}

/** What becomes of a field's stored secret: where the address changes, it can't be kept. undefined: there is none. */
export function fateOf(spec: Spec, form: FormValues, moved: boolean): Fate | undefined {
  const fate = form.fates[slot(spec.key)]
  return fate === 'keep' && moved ? 'replace' : fate
}

/** Checks what was typed, as the gateway will: what is needed, and of which form. What is named already keeps a name. */
export function checks(specs: Spec[], stored: Stored[], { form: words }: Words, named = false) {
  const base = z.object({
    name: z.string().check(z.maxLength(200, words.tooLong)),
    endsOn: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])),
    fates: z.record(z.string(), z.enum(['keep', 'replace', 'clear'])),
  })
  return base.check((context) => {
    const form = context.value
    if (named && form.name.trim() === '') context.issues.push({ code: 'custom', path: ['name'], message: words.required(words.name), input: form.name })
    const moved = stored.length > 0 && moves(specs, form, stored)
    for (const spec of visible(specs, form.values)) {
      const message = mistake(spec, form.values[slot(spec.key)], fateOf(spec, form, moved), words)
      if (message) context.issues.push({ code: 'custom', path: ['values', slot(spec.key)], message, input: form.values[slot(spec.key)] })
    }
  })
}

function mistake(spec: Spec, value: Value | undefined, fate: Fate | undefined, words: Words['form']): string | undefined {
  if (fate === 'keep' || fate === 'clear') return undefined
  if (isEmpty(value)) return spec.required || fate === 'replace' ? words.required(spec.label) : undefined
  if (!spec.pattern || typeof value !== 'string' || new RegExp(`^(?:${spec.pattern})$`, 'v').test(value)) return undefined
  return spec.patternMessage ?? words.pattern(spec.label)
}

/** A moment's day here, as a date's input writes it. */
export function dayOf(moment: string): string {
  const date = new Date(moment)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}

/** The last moment of a day here: on its last day a key still works. */
export const endOf = (day: string): string | null => (day ? new Date(`${day}T23:59:59.999`).toISOString() : null)

/** What to send for a new credential. */
export function allOf(specs: Spec[], form: FormValues): FieldInput[] {
  return visible(specs, form.values)
    .filter((spec) => !isEmpty(form.values[slot(spec.key)]))
    .map(({ key }) => ({ key, value: form.values[slot(key)]! }))
}

/** What to send for an edit: only what is to change. */
export function changesOf(specs: Spec[], form: FormValues, stored: Stored[]): FieldInput[] {
  const kept = byKey(stored)
  const moved = moves(specs, form, stored)
  return visible(specs, form.values).flatMap((spec): FieldInput[] => {
    const value = form.values[slot(spec.key)]
    const fate = fateOf(spec, form, moved)
    if (fate === 'keep') return []
    if (fate === 'clear') return [{ key: spec.key, value: null }]
    if (fate === undefined && same(shown(spec, kept.get(spec.key)), value)) return []
    return [{ key: spec.key, value: isEmpty(value) ? null : value! }]
  })
}

/** Fields of one group together, in the order of the first of each. */
export function groups(specs: Spec[]): { name: string | null; specs: Spec[]; optional: boolean }[] {
  const list: { name: string | null; specs: Spec[]; optional: boolean }[] = []
  for (const spec of specs) {
    let group = list.find(({ name }) => name === spec.group)
    if (!group) list.push((group = { name: spec.group, specs: [], optional: spec.group !== null }))
    group.specs.push(spec)
    if (spec.required) group.optional = false
  }
  return list
}

/** Where the gateway's issues belong: beside a field of the form, or above it. */
export function placed(issues: { path: string[]; message: string }[], specs: Spec[], shownKeys: string[]) {
  const beside: { field: 'name' | 'endsOn' | `values.${string}`; message: string }[] = []
  const above: string[] = []
  for (const { path, message } of issues) {
    const [first, key] = path
    if (first === 'name') beside.push({ field: 'name', message })
    else if (first === 'expiresAt') beside.push({ field: 'endsOn', message })
    else if (first === 'fields' && key !== undefined && shownKeys.includes(key)) beside.push({ field: `values.${slot(key)}`, message })
    else above.push([specs.find((spec) => spec.key === key)?.label, message].filter(Boolean).join(': '))
  }
  return { beside, above }
}
