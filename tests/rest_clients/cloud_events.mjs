// CloudEvents 1.0 in and out, made and read by the official SDK.
import { randomUUID } from 'node:crypto';

import { attempt, equals, holds } from '../mcp_clients/checks.mjs';

const SINGLE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/** `server`, asked by fetch, as the SDK's users do. */
class Peer {
  constructor(sdk, server) {
    this.sdk = sdk;
    this.url = `${server.url}/governance/events`;
  }

  async send({ headers, body }) {
    const response = await fetch(this.url, { method: 'POST', headers, body });
    return { status: response.status, told: await response.json() };
  }

  /** What the SDK makes of an answer: it validates strictly. */
  async read(target, accept) {
    const response = await fetch(`${this.url}${target}`, { headers: { Accept: accept } });
    const message = { headers: Object.fromEntries(response.headers), body: await response.text() };
    equals(`${target}: is ${accept}`, [response.status, message.headers['content-type']], [200, accept]);
    const read = this.sdk.HTTP.toEvent(message);
    for (const one of [read].flat()) one.validate();
    return { read, body: message.body };
  }
}

/** Binary mode, its headers encoded as the HTTP binding's section 3.1.3.2 asks, which the SDK leaves to its caller. */
function binary(sdk, event) {
  const { headers, body } = sdk.HTTP.binary(event);
  for (const name of Object.keys(headers).filter((one) => one.startsWith('ce-'))) headers[name] = String(headers[name]).replace(/[^!#$&-~]/gu, encodeURIComponent);
  return { headers, body };
}

/** Attributes and extensions, but for `time`, which comes back in our form. */
const plain = ({ time, ...more }) => ({ ...more, time: time && new Date(time).toISOString() });
const facts = (event) => plain(JSON.parse(JSON.stringify(event)));

function kinds(sdk) {
  const event = (more) => new sdk.CloudEvent({ source: 'https://ci.example/pipelines?branch=a%20b#7', type: 'Noted', subject: 'note/CE-1', time: '2026-01-02T03:04:05.678Z', datacontenttype: 'application/json', data: { n: 0.5, nested: { list: [1, 'zwei', null] } }, ...more });
  return [
    ['with a UUID', event({ id: randomUUID(), actor: 'ana' })],
    ['whose id is no UUID', event({ id: 'build 7/ü "100 %"', source: '/ci', actor: 'ci' })],
    ['with extensions', event({ id: randomUUID(), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', sequence: 'a12', flag: true, count: -7 })],
    ['whose subject has more slashes', event({ id: randomUUID(), subject: 'file/docs/a b/ü.md' })],
    ['with a schema of its data', event({ id: randomUUID(), dataschema: 'https://schemas.example/note.json' })],
    ['of a type that is checked', event({ id: randomUUID(), type: 'ADRCreated', subject: 'adr/CE-2', data: { title: 'By a CloudEvent' } })],
  ];
}

async function roundTrip(peer, mode, what, event, write, expected) {
  const first = await peer.send(write(event));
  if (!holds(`${mode}, ${what}: is kept`, first.status === 201 && first.told.duplicate === false, first)) return;
  const second = await peer.send(write(event));
  equals(`${mode}, ${what}: is known when it comes again`, [second.status, second.told.duplicate, second.told.position], [200, true, first.told.position]);
  const { read: back } = await peer.read(`/${first.told.position}`, SINGLE);
  equals(`${mode}, ${what}: comes back as it was`, facts(back), facts(expected));
  const { read: page } = await peer.read(`?after=${first.told.position - 1}&limit=1`, BATCH);
  equals(`${mode}, ${what}: and in a batch`, page.map(facts), [facts(expected)]);
  const again = await peer.send(peer.sdk.HTTP.structured(back));
  equals(`${mode}, ${what}: sent back, it is the same event`, [again.status, again.told.position], [200, first.told.position]);
}

/** Headers hold text alone, so that a truth and a number become text. */
const asText = (event) => {
  const { flag, count, ...more } = event.toJSON();
  return { ...more, ...(flag === undefined ? {} : { flag: String(flag) }), ...(count === undefined ? {} : { count: String(count) }) };
};

async function batches(peer) {
  const events = kinds(peer.sdk).map(([, event]) => event);
  const write = () => ({ headers: { 'content-type': BATCH }, body: JSON.stringify(events) });
  const first = await peer.send(write());
  equals('batch: is kept', [first.status, first.told.receipts?.map((receipt) => receipt.duplicate)], [201, [false, true, false, false, false, false]]);
  const positions = first.told.receipts.map((receipt) => receipt.position);
  const { read: page } = await peer.read(`?after=${positions[2] - 2}&limit=5`, BATCH);
  const kept = events.filter((_, number) => number !== 1); // the second has come before
  equals('batch: comes back as it was', page.map(facts), kept.map(facts));
  const again = await peer.send({ headers: { 'content-type': BATCH }, body: JSON.stringify(page) });
  equals('batch: sent back, it says nothing new', [again.status, again.told.receipts.every((receipt) => receipt.duplicate)], [200, true]);
  const half = await peer.send({ headers: { 'content-type': BATCH }, body: JSON.stringify([events[0].cloneWith({ id: randomUUID() }), { ...events[0].toJSON(), subject: 'none' }]) });
  equals('batch: one that is wrong keeps them all out', [half.status, half.told.error?.code, half.told.error?.details], [400, 'invalid_event', { pointer: '/subject', line: 2 }]);
}

/** The whole log, whoever wrote it, is read by the SDK; sent back, it says nothing new. */
async function wholeLog(peer) {
  let after = 0;
  for (;;) {
    const { read, body } = await peer.read(`?after=${after}&limit=40`, BATCH);
    if (read.length === 0) break;
    after += read.length;
    const again = await peer.send({ headers: { 'content-type': BATCH }, body }); // (written anew by the SDK, times would end at the millisecond)
    holds(`the log up to ${after}, sent back, says nothing new`, again.status === 200 && again.told.receipts.every((receipt) => receipt.duplicate), again);
  }
  holds('the log was read', after > 57, after);
}

async function refusals(peer) {
  const { sdk } = peer;
  const [[, event]] = kinds(sdk);
  const changed = (change) => {
    const message = binary(sdk, event.cloneWith({ id: randomUUID() }));
    change(message);
    return message;
  };
  for (const [what, message] of [
    ['binary without an id', changed(({ headers }) => delete headers['ce-id'])],
    ['binary of another version', changed(({ headers }) => (headers['ce-specversion'] = '0.3'))],
    ['binary without data', changed((message_) => (message_.body = ''))],
    ['binary whose data are attributes', changed((message_) => (message_.body = '{"n":1},"actor":"eve"'))],
    ['structured with a source that is no URI reference', { headers: { 'content-type': SINGLE }, body: JSON.stringify({ ...event.toJSON(), source: 'a source' }) }],
    ['structured with data that are bytes', { headers: { 'content-type': SINGLE }, body: JSON.stringify({ ...event.toJSON(), data: undefined, data_base64: 'AA==' }) }],
  ]) {
    const reply = await peer.send(message);
    holds(`${what}: is refused`, reply.status === 400 && ['invalid_event', 'invalid_json'].includes(reply.told.error.code), reply);
  }
}

export async function cloudEvents(sdk, server) {
  const peer = new Peer(sdk, server);
  for (const [what, event] of kinds(sdk)) await attempt(`structured, ${what}`, () => roundTrip(peer, 'structured', what, event, (one) => sdk.HTTP.structured(one), event));
  for (const [what, given] of kinds(sdk)) {
    const event = given.cloneWith({ source: given.source.replace('/ci', '/binary') });
    await attempt(`binary, ${what}`, () => roundTrip(peer, 'binary', what, event, (one) => binary(sdk, one), asText(event)));
  }
  await attempt('batch', () => batches(peer));
  await attempt('the log', () => wholeLog(peer));
  await attempt('refusals', () => refusals(peer));
}
