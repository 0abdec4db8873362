// What Yjs reads from a document, in the words that crdt_replay uses, so that the two can be compared as text.
import * as Y from 'yjs';

// A subdocument prints as `document`, or by its id when none is given: JSON.stringify makes {} of an unloaded one.
export function toTagged(value, document) {
  if (value === undefined) return { $: 'undefined', v: '' };
  if (typeof value === 'bigint') return { $: 'bigint', v: value.toString() };
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || Object.is(value, -0)) return { $: 'number', v: Object.is(value, -0) ? '-0' : `${value}` };
    return value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return { $: 'bytes', v: Buffer.from(value).toString('hex') };
  if (value instanceof Y.Doc) return document ?? { $: 'document', v: value.guid };
  if (Array.isArray(value)) return value.map((member) => toTagged(member, document));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toTagged(member, document)]));
}

const element = (value) => (value instanceof Y.AbstractType ? describeType(value) : toTagged(value));

function describeEntries(type) {
  const entries = {};
  for (const [key, item] of type._map) {
    if (item.deleted) continue;
    entries[key] = element(item.content.getContent()[item.length - 1]);
  }
  return entries;
}

// As toDelta, but with nested types left as they are.
function describeDelta(type) {
  return type.toDelta().map(({ insert, attributes }) => ({
    insert: typeof insert === 'string' ? insert : { embed: element(insert) },
    attributes: toTagged(attributes ?? {}),
  }));
}

export function describeType(type) {
  if (type instanceof Y.XmlText) return { xmltext: describeDelta(type), attributes: describeEntries(type) };
  if (type instanceof Y.Text) return { text: describeDelta(type), attributes: describeEntries(type) };
  if (type instanceof Y.XmlElement) {
    return { element: type.nodeName, attributes: describeEntries(type), children: type.toArray().map(element) };
  }
  if (type instanceof Y.XmlFragment) return { fragment: type.toArray().map(element) };
  if (type instanceof Y.XmlHook) return { hook: describeEntries(type) };
  if (type instanceof Y.Map) return { map: describeEntries(type) };
  if (type instanceof Y.Array) return { array: type.toArray().map(element) };
  return { undefined: null };
}

const getters = {
  text: (doc, name) => doc.getText(name),
  map: (doc, name) => doc.getMap(name),
  array: (doc, name) => doc.getArray(name),
  fragment: (doc, name) => doc.getXmlFragment(name),
};
export const root = (doc, name, kind) => getters[kind](doc, name);

export function describe(doc, roots) {
  const answer = {};
  for (const [name, kind] of roots) {
    const type = root(doc, name, kind);
    answer[name] = { type: describeType(type), json: toTagged(type.toJSON(), {}) };
    if (kind !== 'map') answer[name].length = type.length;
  }
  return { roots: answer, pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null };
}

// One text for equal readings: members sorted by key, for Yjs keeps a map's keys in the order of arrival.
export function canonical(value) {
  return JSON.stringify(value, (key, v) => (
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, v[k]])) : v));
}
