// A real Keyward with the sample Petstore and an empty database, as `make build` left it.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const binary = resolve(process.env.KEYWARD_TEST_BINARY ?? join(import.meta.dirname, '../../bin/keyward'))

// Settings of whoever runs the tests must not reach the server under test.
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KEYWARD_')))

/**
 * Starts a server; answers with its address, an owner's token, a way to run commands, and the way to stop it. Settings are
 * flags, or variables: 'KEYWARD_LOG_FORMAT=json'.
 */
export async function startKeyward(...settings) {
  const isVariable = (setting) => setting.startsWith('KEYWARD_')
  const flags = settings.filter((setting) => !isVariable(setting))
  const env = { ...clean, ...Object.fromEntries(settings.filter(isVariable).map((setting) => setting.split(/=(.*)/s))) }
  if (!existsSync(binary)) throw new Error(`There is no ${binary}. Run \`make build\`, or set KEYWARD_TEST_BINARY.`)
  const dataDir = await mkdtemp(join(tmpdir(), 'keyward-web-'))
  const address = `127.0.0.1:${await freePort()}`
  const server = spawn(binary, ['serve', '--sample', '--addr', address, '--data-dir', dataDir, ...flags], { env })
  let output = ''
  server.stdout.on('data', (chunk) => (output += chunk))
  server.stderr.on('data', (chunk) => (output += chunk))

  async function stop() {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
    await rm(dataDir, { recursive: true, force: true })
  }

  try {
    await ready(`http://${address}/readyz`, server)
    const run = async (...args) => (await promisify(execFile)(binary, [...args, '--data-dir', dataDir], { env })).stdout.trim()
    const token = await run('token', 'create', '--name', 'browser', '--role', 'OWNER')
    return { url: `http://${address}`.replace("127.0.0.1", "localhost"), token, run, stop, log: () => output }
  } catch (error) {
    await stop()
    throw new Error(`Keyward did not start: ${error.message}\n${output}`)
  }
}

async function ready(url, server) {
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`)
    if (await isReady(url)) return
    await sleep(100)
  }
  throw new Error('it was not ready within 30 seconds')
}

// Not by fetch, which component tests have from a browser: it would write each vain try to the console.
function isReady(url) {
  return new Promise((resolve) => {
    get(url, (answer) => resolve(answer.resume().statusCode === 200)).on('error', () => resolve(false))
  })
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
