// What plugins find, as it reaches a stock Hocuspocus provider, REST and server-sent events of the running server.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { Server } from './server.mjs';

const hostile = 'org.example.hostile';  // finds something in each block; of "open" it says "not opened", of "crash" it dies
const program = process.env.ASSAY ?? path.resolve(import.meta.dirname, '../../../build/release/bin/assay');

let server;
before(async () => {
  server = await Server.start();
  const folder = path.join(server.folder, 'data/plugins');
  mkdirSync(folder, { recursive: true });
  copyFileSync(path.resolve(path.dirname(program), '../tests/plugins/hostile.so'), path.join(folder, '.coming'));
  renameSync(path.join(folder, '.coming'), path.join(folder, 'hostile.so'));
  assert.equal((await server.request('POST', '/api/plugins/reload', { socket: true })).status, 200);
});
after(() => server?.stop());

const opened = [];
afterEach(() => { for (const close of opened.splice(0)) close(); });

async function makeReport(words) {
  const text = `A title\nPublished on: 2025-10-09\n1. Bottom Line Up Front (BLUF)\n${words}\n`;
  const made = await server.request('POST', '/api/reports?name=a.txt', { body: text });
  assert.equal(made.status, 201);
  return made.body.id;
}

// A stock provider on a report; `heard` has every stateless message, `take(fits)` waits for one not taken yet.
function open(id) {
  const doc = new Y.Doc();
  const socket = new HocuspocusProviderWebsocket({ url: `ws://${server.host}/collab`, WebSocketPolyfill: WebSocket });
  const heard = [];
  let waiting = [];
  const look = () => { waiting = waiting.filter(({ fits, done }) => { const found = heard.find((m) => !m.taken && fits(m)); if (found) { found.taken = true; done(found); } return !found; }); };
  const provider = new HocuspocusProvider({ name: id, document: doc, websocketProvider: socket, token: '',
    onStateless: ({ payload }) => { heard.push(JSON.parse(payload)); look(); } });
  provider.attach();
  opened.push(() => { provider.destroy(); socket.destroy(); });
  const take = (fits, what) => new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`${what} did not come: ${JSON.stringify(heard.filter((m) => !m.taken)).slice(0, 2000)}`)), 30_000);
    waiting.push({ fits, done: (found) => { clearTimeout(timer); done(found); } });
    look();
  });
  const synced = new Promise((done) => { if (provider.isSynced) done(); else provider.on('synced', () => done()); });
  return { doc, provider, heard, take, synced };
}

const paragraphOf = (doc) => doc.getXmlFragment('default').get(0).get(1).get(0);
const opens = (message) => message.findings.filter((found) => found.message === 'not opened');
const findings = (message) => message.type === 'findings' && message.plugin === hostile;

function wordsAt(doc, { start, end }) {
  const at = (text) => Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(Buffer.from(text, 'base64')), doc);
  const from = at(start), to = at(end);
  assert.equal(from.type, to.type);
  return from.type.toString().slice(from.index, to.index);
}

test('what is known comes on joining; ranges are Yjs relative positions of the words', async () => {
  const peer = open(await makeReport('open'));
  await peer.synced;
  const message = await peer.take((m) => findings(m) && opens(m).length === 1, 'the finding');
  const [found] = opens(message);
  assert.equal(found.rule, 'word');
  assert.equal(found.severity, 'warning');
  assert.equal(found.quote, 'open');
  assert.equal(wordsAt(peer.doc, found.range), 'open');
  assert.deepEqual({ ...found.anchor, block: undefined, section: undefined },
    { ...found.range, before: 'Bottom Line Up Front (BLUF)\n', after: '', block: undefined, section: undefined });
  assert.equal(found.anchor.block, peer.doc.getXmlFragment('default').get(0).get(1).getAttribute('id'));
});

test('an edit is told to all in the room; an underline stays on its words while others type before it', async () => {
  const id = await makeReport('nothing');
  const [writer, reader] = [open(id), open(id)];
  await Promise.all([writer.synced, reader.synced]);
  await reader.take((m) => m.type === 'plugin' && m.plugin === hostile && m.state === 'running', 'its state');
  const text = paragraphOf(writer.doc);
  writer.doc.transact(() => { text.delete(0, text.length); text.insert(0, 'open'); });
  const fits = (m) => findings(m) && opens(m).length === 1;
  const [mine, theirs] = await Promise.all([writer.take(fits, 'the writer\'s'), reader.take(fits, 'the reader\'s')]);
  assert.equal(opens(mine)[0].id, opens(theirs)[0].id);
  text.insert(0, 'Now more: ');
  assert.equal(wordsAt(writer.doc, opens(mine)[0].range), 'open');
  await reader.take((m) => findings(m) && opens(m).length === 0, 'the end of it');
});

test('a dying plugin takes nothing along: findings stay marked old, edits go on, it checks again', async () => {
  const id = await makeReport('open');
  const peer = open(id);
  await peer.synced;
  await peer.take((m) => findings(m) && opens(m).length === 1, 'the finding');
  const section = peer.doc.getXmlFragment('default').get(0);
  const bad = new Y.XmlElement('paragraph');
  bad.setAttribute('id', 'bad-paragraph');
  bad.insert(0, [new Y.XmlText('crash')]);
  section.insert(2, [bad]);
  await peer.take((m) => m.type === 'plugin' && m.state === 'restarting', 'its death');
  const old = await peer.take((m) => findings(m) && m.stale === true, 'the old findings');
  assert.equal(opens(old).length, 1);
  section.delete(2, 1);
  await peer.take((m) => findings(m) && !m.stale && opens(m).length === 1 && m.final, 'fresh findings');
});

test('REST and server-sent events say the same', async () => {
  const id = await makeReport('open');
  const { body } = await server.get(`/api/reports/${id}/findings`);
  assert.equal(body.final, true);
  const mine = opens(body).filter(({ plugin }) => plugin === hostile);
  assert.equal(mine.length, 1);
  const heard = await new Promise((done, failed) => {
    const request = http.get({ host: '127.0.0.1', port: server.port, path: `/api/reports/${id}/events`, agent: false }, (response) => {
      assert.equal(response.headers['content-type'], 'text/event-stream');
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
        for (const event of text.split('\n\n').slice(0, -1)) {
          if (!event.startsWith('data: ')) continue;
          const message = JSON.parse(event.slice(6));
          if (findings(message) && opens(message).length === 1) { done(message); request.destroy(); return; }
        }
      });
      response.on('end', () => failed(new Error('the events ended')));
    });
    request.on('error', () => {});
  });
  assert.equal(opens(heard)[0].id, mine[0].id);
  assert.deepEqual(opens(heard)[0].range, mine[0].range);
});

test('an ignore is told to the room, with who and why', async () => {
  const id = await makeReport('open');
  const peer = open(id);
  await peer.synced;
  const message = await peer.take((m) => findings(m) && opens(m).length === 1, 'the finding');
  const made = await server.request('POST', `/api/reports/${id}/ignores`, { body: { finding: opens(message)[0].id, reason: 'agreed' } });
  assert.equal(made.status, 201);
  const later = await peer.take((m) => findings(m) && opens(m)[0]?.ignored, 'the ignored finding');
  assert.equal(opens(later)[0].ignored.reason, 'agreed');
  assert.equal(opens(later)[0].id, opens(message)[0].id);
});

test('metrics count checks and deaths', async () => {
  assert.ok(await server.metric(`assay_plugin_checks_total{plugin="${hostile}"}`) >= 5);
  assert.ok(await server.metric(`assay_plugin_deaths_total{plugin="${hostile}"}`) >= 1);
});
