// Another machine, as a command and a browser see it: TLS ends at a proxy, the certificate counts, the token counts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { Person, runCommand, Server } from './server.mjs'

const program = join(process.env.ASSAY_BIN ?? 'build/release/bin', 'assay')
const password = 'a good password'
const file = 'Water Levels\n\nExecutive Summary\nThe river fell – twice.\n'

function makeCertificate(folder) {
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]
  execFileSync('openssl', [...words, ...names, ...files], { stdio: 'ignore' })
}

// What stands in front of a server in earnest: TLS on one side, plain HTTP on the other.
async function startProxy(folder, server) {
  const secrets = { key: await readFile(join(folder, 'key.pem')), cert: await readFile(join(folder, 'certificate.pem')) }
  const proxy = createServer(secrets, (asked, answer) => {
    const headers = { ...asked.headers, 'x-forwarded-proto': 'https' }
    const onward = request({ port: server.port, method: asked.method, path: asked.url, headers }, (said) => {
      answer.writeHead(said.statusCode, said.headers)
      said.pipe(answer)
    })
    asked.pipe(onward)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return proxy
}

const missing = !existsSync(program) && `there is no ${program}`

describe('another machine', { skip: missing }, () => {
  let folder, server, proxy, url, dana, trusting

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-remote-'))
    makeCertificate(folder)
    await writeFile(join(folder, 'water.txt'), file)
    server = await Server.start(program)
    proxy = await startProxy(folder, server)
    url = `https://localhost:${proxy.address().port}`
    trusting = { SSL_CERT_FILE: join(folder, 'certificate.pem') }
    dana = new Person(server)
    await dana.expect(200, 'POST', '/api/setup', { token: await server.setupToken(), user: 'dana', name: 'Dana', password })
  })
  after(async () => {
    proxy?.closeAllConnections()
    proxy?.close()
    await server?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  test('a report goes there and comes back, byte for byte', async () => {
    const env = { ...trusting, ASSAY_TOKEN: dana.token }
    const sent = await runCommand(program, ['import', join(folder, 'water.txt'), '--into', url, '--json'], { env })
    assert.deepEqual([sent.code, sent.wrong], [0, ''])
    const [{ id }] = JSON.parse(sent.out).reports
    const row = await dana.expect(200, 'GET', `/api/reports/${id}`)
    assert.deepEqual(row.owner, { id: 'dana', name: 'Dana' })
    const words = ['export', id, '--format', 'txt', '--from', url, '--token', dana.token]
    const back = await runCommand(program, words, { env: trusting })
    assert.deepEqual([back.code, back.out, back.wrong], [0, file, ''])
  })

  const refusals = [
    { name: 'no token', env: () => trusting, code: 3, line: /Sign in first/ },
    { name: 'a wrong token', env: () => ({ ...trusting, ASSAY_TOKEN: 'guess' }), code: 3, line: /Sign in first/ },
    { name: 'a certificate that nobody vouches for', env: () => ({ ASSAY_TOKEN: dana.token }), code: 4, line: /certificate/ },
    {
      name: 'another name than the certificate says',
      env: () => ({ ...trusting, ASSAY_TOKEN: dana.token }),
      url: () => url.replace('localhost', '127.0.0.1'),
      code: 4,
      line: /certificate/,
    },
    { name: 'nobody there', env: () => trusting, url: () => 'http://127.0.0.1:1', code: 4, line: /cannot be reached/ },
    { name: 'no URL', env: () => trusting, url: () => 'localhost', code: 2, line: /is not the URL of a server/ },
    { name: 'a URL with a path', env: () => trusting, url: () => 'http://localhost/x', code: 2, line: /has no path/ },
  ]
  for (const { name, env, url: other, code, line } of refusals) {
    test(`refused in one line: ${name}`, async () => {
      const words = ['import', join(folder, 'water.txt'), '--into', other?.() ?? url]
      const said = await runCommand(program, words, { env: { ASSAY_TOKEN: '', SSL_CERT_FILE: '', ...env() } })
      assert.equal(said.code, code, said.wrong)
      assert.match(said.wrong, /^assay: [^\n]+\n$/)
      assert.match(said.wrong, line)
    })
  }

  test('behind TLS the cookie is Secure, and the page\'s origin is the proxy\'s', async () => {
    const authority = new URL(url).host
    const answer = await new Promise((resolve, reject) => {
      const headers = { host: authority, origin: url, 'content-type': 'application/json', 'x-forwarded-proto': 'https' }
      const asked = request({ port: server.port, method: 'POST', path: '/api/session', headers }, resolve)
      asked.on('error', reject)
      asked.end(JSON.stringify({ user: 'dana', password }))
    })
    answer.resume()
    assert.equal(answer.statusCode, 200)
    assert.match(answer.headers['set-cookie'][0], /; HttpOnly; SameSite=Lax; Secure$/)
  })
})
