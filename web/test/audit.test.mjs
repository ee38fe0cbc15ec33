// GraphQL over HTTP as its reference implementation audits it: every MUST and SHOULD holds, and of what a server MAY do
// all but what only GET could satisfy.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { auditServer } from 'graphql-http'
import { startKeyward } from './server.mjs'

// Keyward answers POST only: an address with a query in it would be kept by proxies, histories and logs.
const onlyByGet = new Map([
  ['5A70', 'MAY accept application/x-www-form-urlencoded formatted GET requests'],
  ['D6D5', 'MAY take variables from a GET address, when accepting application/graphql-response+json'],
  ['6A70', 'MAY take variables from a GET address, when accepting application/json'],
])

let keyward

before(async () => {
  keyward = await startKeyward()
})

after(() => keyward?.stop())

test('GraphQL over HTTP holds', async () => {
  const withToken = (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${keyward.token}` } })
  const results = await auditServer({ url: `${keyward.url}/graphql`, fetchFn: withToken })
  assert.equal(results.length, 61)
  for (const { id, name, status, reason } of results) {
    assert.equal(status === 'ok', !onlyByGet.has(id), `${id} ${name}: ${status} ${reason ?? ''}`)
  }
  for (const id of onlyByGet.keys()) assert.ok(results.some((result) => result.id === id), `there is no audit ${id}`)
})
