import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { de } from './de'
import { en } from './en'

/** Each word and sentence by its place: a function is called, so that what it says is compared. */
function leaves(words: unknown, path: string[] = []): Map<string, string> {
  if (typeof words === 'string') return new Map([[path.join('.'), words]])
  if (typeof words === 'function') return new Map([[path.join('.'), said(words as (...args: unknown[]) => unknown)]])
  if (typeof words !== 'object' || words === null) return new Map()
  return new Map(Object.entries(words).flatMap(([key, value]) => [...leaves(value, [...path, key])]))
}

/** What a function says of two things, or of somebody. */
function said(say: (...args: unknown[]) => unknown): string {
  for (const sample of [2, 'Ada']) {
    try {
      return String(say(...Array.from({ length: say.length }, () => sample)))
    } catch {
      // It was meant for another kind.
    }
  }
  throw new Error(`cannot be called: ${say}`)
}

// Names, and words that are the same in both languages.
const equal = new Set(['API', 'CRM', 'ERP', 'Flows', 'Id', 'Link', 'Marketing', 'Name', 'Scopes', 'Status', 'Token', 'Version', 'Version 2', 'Workspace', 'getPetsByStatus', '2 in 2', '2 (2)'])

// What the gateway says, in English: the name that it makes, and sentences that German finds words for by their kind, see below.
const spoken = ['form.namePlaceholder', 'verdict', 'problem', 'connect.problem', 'connect.revocation']

describe('German', () => {
  const english = leaves(en)
  const german = leaves(de)

  test('has the same words, and its own for what the gateway says in English', () => {
    expect([...english.keys()].filter((place) => !german.has(place))).toEqual([])
    expect([...german.keys()].filter((place) => !english.has(place) && !place.startsWith('signIn.problems.'))).toEqual([])
  })

  test('leaves nothing in English', () => {
    const left = [...english].filter(([place, text]) => text !== '' && german.get(place) === text && !equal.has(text) && !spoken.includes(place))
    expect(Object.fromEntries(left)).toEqual({})
  })

  test('leaves out nothing that English says', () => {
    expect([...english].filter(([place, text]) => (text === '') !== (german.get(place) === '')).map(([place]) => place)).toEqual([])
  })

  test('has its own sentence for every verdict and every problem that the contract knows', async () => {
    const contract = await schema()
    const message = 'The gateway’s own sentence.'
    const rejected = members(contract, 'VerificationReason').map((reason) => de.verdict({ outcome: 'REJECTED', reason: reason as never, message }))
    const outcomes = members(contract, 'VerificationOutcome').map((outcome) => de.verdict({ outcome: outcome as never, reason: null, message }))
    const problems = members(contract, 'FlowProblemKind').map((kind) => de.problem(kind as never, message))
    const refusals = members(contract, 'OAuthErrorReason').map((reason) => de.connect.problem({ reason: reason as never, message }))
    const revocations = members(contract, 'RevocationOutcome').map((outcome) => de.connect.revocation({ outcome: outcome as never, message }))
    expect([...rejected, ...outcomes, ...problems, ...refusals, ...revocations]).not.toContain(message)
    for (const sentences of [rejected, problems, refusals, revocations]) expect(new Set(sentences).size).toBe(sentences.length)
  })
})

test('English has a sentence for every reason that comes without one', async () => {
  const sentences = members(await schema(), 'OAuthErrorReason').map((reason) => en.connect.problem({ reason: reason as never, message: '' }))
  expect(sentences.filter((sentence) => !sentence?.endsWith('.'))).toEqual([])
  expect(new Set(sentences).size).toBe(sentences.length)
})

const web = join(import.meta.dirname, '../..')

async function schema(): Promise<string> {
  const folder = join(web, '../graph/schema')
  return (await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}

/** An enum's members. */
function members(contract: string, name: string): string[] {
  const [, body] = contract.match(new RegExp(`enum ${name} \\{([^}]*)\\}`))!
  return body!.match(/^\s*[A-Z_]+$/gm)!.map((member) => member.trim())
}

test('no component has words of its own', async () => {
  const names = new Set(['Keyward', 'GraphiQL'])
  const forPeople = new Set(['label', 'title', 'placeholder', 'alt', 'text', 'message', 'description', 'aria-label', 'error'])
  const hasWords = (text: string) => /\p{L}{2}/u.test(text) && !names.has(text.trim())
  const found: string[] = []
  for (const file of await readdir(join(web, 'src'), { recursive: true })) {
    if (!file.endsWith('.tsx') || file.endsWith('.test.tsx') || file.startsWith('graphiql')) continue
    const source = ts.createSourceFile(file, await readFile(join(web, 'src', file), 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node) && hasWords(node.text)) found.push(`${file}: ${node.text.trim()}`)
      if (ts.isJsxAttribute(node) && forPeople.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer) && hasWords(node.initializer.text)) {
        found.push(`${file}: ${node.getText()}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  expect(found).toEqual([])
})
