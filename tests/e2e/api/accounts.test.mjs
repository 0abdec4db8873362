// Accounts from the link of the first start to a reviewer's refused write, against the program itself.
//   ASSAY_BIN=DIR node --test tests/e2e/api/accounts.test.mjs
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as Y from 'yjs'

import { addThread, CookiePeer, HocuspocusPeer, sendByHand, words } from './peers.mjs'
import { Person, Server, until } from './server.mjs'

const program = join(process.env.ASSAY_BIN ?? 'build/release/bin', 'assay')
const password = 'a good password'
const file = 'Grain Prices After the Harvest – Ähren\r\n\r\nExecutive Summary\r\n• Prices fell.\r\n'

describe('accounts', { skip: !existsSync(program) && `there is no ${program}` }, () => {
  let server, admin, dana, eli, finn, report

  before(async () => {
    server = await Server.start(program)
    ;[admin, dana, eli, finn] = [0, 1, 2, 3].map(() => new Person(server))
  })
  after(() => server.remove())

  test('the link of the first start makes an administrator, once', async () => {
    assert.deepEqual(await admin.expect(200, 'GET', '/api/session'), { auth: 'accounts', user: null, setup: true })
    const token = await server.setupToken()
    const first = { token, user: 'admin', name: 'Ada', password }
    const session = await admin.expect(200, 'POST', '/api/setup', first)
    assert.deepEqual(session.user, { id: 'admin', name: 'Ada', admin: true })
    await finn.expect(401, 'POST', '/api/setup', { ...first, user: 'finn' })
  })

  test('the administrator adds users, and they sign in', async () => {
    for (const id of ['dana', 'eli', 'finn'])
      await admin.expect(201, 'POST', '/api/users', { id, name: id.toUpperCase(), password })
    await finn.expect(401, 'POST', '/api/session', { user: 'finn', password: 'guess' })
    await dana.signIn('dana', password)
    await eli.signIn('eli', password)
    await finn.signIn('finn', password)
    await dana.expect(403, 'POST', '/api/users', { id: 'gus', name: 'Gus', password })
  })

  test('a page of another site changes nothing', async () => {
    const answer = await fetch(`${server.origin}/api/reports`, {
      method: 'POST',
      headers: { cookie: dana.cookie, origin: 'https://evil.example', 'content-type': 'application/json' },
      body: '{}',
    })
    assert.equal(answer.status, 403)
  })

  test('an import comes out byte for byte', async () => {
    const made = await dana.expect(201, 'POST', '/api/reports?name=grain.txt', file, 'text/plain')
    report = made.id
    assert.equal(made.file, 'grain.txt')
    const text = await dana.expect(200, 'GET', `/api/reports/${report}/export?format=txt`)
    assert.equal(text.toString(), file)
    await eli.expect(404, 'GET', `/api/reports/${report}`)
  })

  test('nobody opens what was not shared', async () => {
    const stranger = new HocuspocusPeer(finn, report)
    await until('a refusal', () => stranger.failures.length > 0)
    stranger.destroy()
    const cookie = new CookiePeer(finn, report)
    await until('a closed socket', () => cookie.closed.includes(4403))
    assert.equal(words(cookie.doc), '')
    cookie.destroy()
  })

  test('a reviewer reads the text, and no update of it gets through', async () => {
    const shared = await dana.expect(200, 'PATCH', `/api/reports/${report}`, { roles: { eli: 'reviewer' } })
    assert.deepEqual(shared.roles.map(({ user, role }) => [user, role]), [['dana', 'owner'], ['eli', 'reviewer']])

    const owner = new HocuspocusPeer(dana, report, { byCookie: true })
    const byCookie = new CookiePeer(eli, report)
    const byToken = new HocuspocusPeer(eli, report)
    await Promise.all([owner.synced(), byCookie.synced(), byToken.synced()])
    assert.equal(owner.scope, 'read-write')
    assert.equal(byToken.scope, 'readonly')
    assert.match(words(byCookie.doc), /Prices fell/)

    const heard = []
    owner.doc.on('update', (update) => heard.push(update))
    const before = Y.encodeStateAsUpdate(owner.doc)
    const forged = new Y.Doc()
    Y.applyUpdate(forged, before)
    forged.getMap('meta').set('title', 'Forged')
    const reason = await sendByHand(eli, report, Y.encodeStateAsUpdate(forged, Y.encodeStateVector(owner.doc)))
    assert.notEqual(reason, '')
    byToken.doc.getMap('meta').set('title', 'Forged, too')
    await until('word of the refusal', () => byToken.messages.some(({ type }) => type === 'refused'))
    byCookie.doc.getXmlFragment('default').delete(0, 1)
    await until('word of the refusal', () => byCookie.denied.length > 0)

    // Whatever the refused ones had set off would have come before this.
    owner.doc.getMap('meta').set('marking', 'TLP:GREEN')
    await owner.saved()
    assert.deepEqual(heard.length, 1)
    const fresh = new HocuspocusPeer(admin, report)
    await fresh.synced()
    assert.equal(fresh.doc.getMap('meta').get('title'), owner.doc.getMap('meta').get('title'))
    assert.equal(words(fresh.doc), words(owner.doc))
    for (const peer of [owner, byCookie, byToken, fresh]) peer.destroy()
  })

  test('a reviewer comments, and everybody sees it', async () => {
    const name = `${report}~comments`
    const reviewer = new HocuspocusPeer(eli, name)
    const owner = new CookiePeer(dana, name)
    await Promise.all([reviewer.synced(), owner.synced()])
    assert.equal(reviewer.scope, 'read-write')
    addThread(reviewer.doc, 'thread1', { id: 'eli', name: 'ELI' }, 'Which prices?')
    await reviewer.saved()
    await until('the thread to come', () => owner.doc.getMap('threads').has('thread1'))
    // Nor is another's name to write under, nor none.
    for (const writer of [{ id: 'eli', name: 'DANA' }, { id: undefined, name: 'ELI' }]) {
      const forged = new Y.Doc()
      addThread(forged, 'forged', writer, 'I approve.')
      assert.notEqual(await sendByHand(eli, name, Y.encodeStateAsUpdate(forged)), '')
    }
    // Another's words are not the reviewer's to change.
    addThread(owner.doc, 'thread2', { id: 'dana', name: 'DANA' }, 'All of them.')
    await until('the answer to come', () => reviewer.doc.getMap('threads').has('thread2'))
    reviewer.doc.getMap('threads').get('thread2').get('messages').get(0).set('body', 'None.')
    await until('word of the refusal', () => reviewer.messages.some(({ type }) => type === 'refused'))
    assert.equal(owner.doc.getMap('threads').get('thread2').get('messages').get(0).get('body'), 'All of them.')
    await until('the row to count the threads', async () => {
      const { reports } = await dana.expect(200, 'GET', '/api/reports')
      return reports.find(({ id }) => id === report).threads === 2
    })
    reviewer.destroy()
    owner.destroy()
  })

  test('a changed role holds on open connections', async () => {
    const byCookie = new CookiePeer(eli, report)
    const byToken = new HocuspocusPeer(eli, report)
    const owner = new HocuspocusPeer(dana, report)
    await Promise.all([byCookie.synced(), byToken.synced(), owner.synced()])
    const people = (await dana.expect(200, 'GET', '/api/reports')).reports.find(({ id }) => id === report).people
    assert.deepEqual(people, [{ id: 'dana', name: 'DANA' }, { id: 'eli', name: 'ELI' }])

    await dana.expect(200, 'PATCH', `/api/reports/${report}`, { roles: { eli: 'editor' } })
    await until('the new scope', () => byToken.scope === 'read-write')
    byToken.doc.getMap('meta').set('outlet', 'By an editor')
    await byToken.saved()
    await until('the edit to come', () => owner.doc.getMap('meta').get('outlet') === 'By an editor')
    await until('the row to say so', async () => {
      const { reports } = await dana.expect(200, 'GET', '/api/reports')
      return reports.find(({ id }) => id === report).changedBy === 'ELI'
    })

    await dana.expect(200, 'PATCH', `/api/reports/${report}`, { roles: { eli: null } })
    await until('y-websocket to be sent away', () => byCookie.closed.includes(4403))
    await until('Hocuspocus to be denied', () => byToken.failures.length > 0 || !byToken.provider.isSynced)
    for (const peer of [byCookie, byToken, owner]) peer.destroy()
  })

  test('signing out ends the sockets of the session', async () => {
    await dana.expect(200, 'PATCH', `/api/reports/${report}`, { roles: { eli: 'viewer' } })
    const byCookie = new CookiePeer(eli, report)
    const byToken = new HocuspocusPeer(eli, report)
    await Promise.all([byCookie.synced(), byToken.synced()])
    await eli.expect(204, 'DELETE', '/api/session')
    await until('y-websocket to be sent away', () => byCookie.closed.includes(4401))
    await until('Hocuspocus to be sent away', () => byToken.failures.length > 0 || byToken.closed.length > 0)
    byCookie.destroy()
    byToken.destroy()
    await eli.signIn('eli', password)
  })

  test('the commands work beside the running server', async () => {
    const added = await server.command(['user', 'add', 'gus', '--name', 'Gus', '--password-stdin'], `${password}\n`)
    assert.deepEqual([added.code, added.wrong], [0, ''])
    const again = await server.command(['user', 'add', 'gus', '--password-stdin'], `${password}\n`)
    assert.equal(again.code, 3)
    assert.match(again.wrong, /^assay: .*There is a user gus already\.\n$/)
    const gus = new Person(server)
    await gus.signIn('gus', password)
    assert.equal((await server.command(['user', 'disable', 'gus'])).code, 0)
    await gus.expect(401, 'GET', '/api/reports')
    const { users } = JSON.parse((await server.command(['user', 'list', '--json'])).out)
    assert.deepEqual(users.map(({ id, disabled }) => [id, disabled]),
      [['admin', false], ['dana', false], ['eli', false], ['finn', false], ['gus', true]])
  })

  test('a deleted report is gone for everybody who had it open, and comes back', async () => {
    const owner = new CookiePeer(dana, report)
    await owner.synced()
    await dana.expect(204, 'DELETE', `/api/reports/${report}`)
    await until('the socket to be closed', () => owner.closed.includes(4403))
    owner.destroy()
    await dana.expect(404, 'GET', `/api/reports/${report}`)
    const { reports } = await dana.expect(200, 'GET', '/api/reports?trash=1')
    assert.deepEqual(reports.map(({ id }) => id), [report])
    await dana.expect(200, 'POST', `/api/reports/${report}/restore`)
    const back = new CookiePeer(dana, report)
    await back.synced()
    assert.match(words(back.doc), /Prices fell/)
    back.destroy()
  })

  test('a kill loses no user, no session, no role and no word', async () => {
    const before = await dana.expect(200, 'GET', `/api/reports/${report}`)
    const text = await dana.expect(200, 'GET', `/api/reports/${report}/export`)
    await server.kill()
    const listed = await server.command(['user', 'list', '--json'])
    assert.equal(JSON.parse(listed.out).users.length, 5)
    assert.equal((await server.command(['user', 'passwd', 'finn', '--password-stdin'], 'another password\n')).code, 0)
    await server.start()
    const after = await dana.expect(200, 'GET', `/api/reports/${report}`)
    // Who is here and who wrote last are told a moment after the fact, so the two answers may be of different moments.
    const lasting = ({ people, changed, changedBy, ...row }) => row
    assert.deepEqual(lasting(after), lasting(before))
    assert.deepEqual(await dana.expect(200, 'GET', `/api/reports/${report}/export`), text)
    await finn.expect(401, 'GET', '/api/reports')
    await finn.signIn('finn', 'another password')
    assert.deepEqual(await finn.expect(200, 'GET', '/api/reports'), { reports: [] })
  })
})
