// clients.mjs GOVLOG FOLDER [PART…]: real MCP clients drive `govlog mcp` over stdio, and what they get is what the command line says.
//
// Clients: the official TypeScript SDK of both generations, and the MCP inspector; FOLDER/node_modules has them (`scripts/deps --tests`). Parts:
// lists, reads, failures, writes, resources, prompts, completion, news, read-only, inspector; all without one. Needs Node.js 20. The last line is
// `N passed, M failed`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { attempt, equals, finish, holds, refuses, within } from './checks.mjs';
import { inspect } from './inspector.mjs';
import { FAILURES, PICTURES, QUESTIONS } from './questions.mjs';
import { checkTools } from './schema_rules.mjs';
import { GENERATIONS, loadClients, Session } from './sessions.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const SAMPLE = resolve(HERE, '../../cli/sample.ndjson');
const [govlog, folder, ...parts] = process.argv.slice(2);
const clients = loadClients(folder);
const base = mkdtempSync(join(tmpdir(), 'govlog-mcp-clients-'));
const env = { ...process.env, GOVLOG_ACTOR: '' };
delete env.GOVLOG_ACTOR;
delete env.GOVLOG_DB;
let stores = 0;
const wanted = (part) => parts.length === 0 || parts.includes(part);

function newStore(filled = true) {
  const store = join(base, `store${(stores += 1)}`);
  if (filled) execFileSync(govlog, ['--db', store, 'import', SAMPLE], { env, stdio: 'pipe' });
  return store;
}

// An answer to a question without an instant of its own names the moment of asking.
const timeless = (text, args) => (args.at === undefined ? text.replace(/"at":"[^"]*"/, '"at":"now"') : text);

/** What the command line prints, without the line's end. */
function line(store, words) {
  const ran = spawnSync(govlog, ['--db', store, '--json', ...words], { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (ran.status !== 0) throw new Error(`govlog ${words.join(' ')}: exit ${ran.status}: ${ran.stderr}`);
  return ran.stdout.replace(/\n$/, '');
}

async function withSession(generation, store, body, flags = [], environment = {}) {
  const session = await Session.open(clients, generation, [govlog, '--db', store, 'mcp', ...flags], environment);
  try {
    return await body(session);
  } finally {
    await session.close();
    equals(`${generation}: nothing on standard error`, session.errors, '');
  }
}

// ---- one answer -------------------------------------------------------------------------------------------------------------

const validators = new Map();
const ajv = new clients.Ajv({ strict: false, allErrors: true });

function checkSuccess(what, tool, result, text, args = {}) {
  if (!holds(`${what}: succeeds`, result.isError !== true, result.content)) return;
  equals(`${what}: a text block first`, result.content[0]?.type, 'text');
  for (const block of result.content.slice(1)) equals(`${what}: only links follow`, block.type, 'resource_link');
  if (text !== undefined) equals(`${what}: the text is the command line's`, timeless(result.content[0].text, args), timeless(text, args));
  if (tool.outputSchema === undefined) return;
  if (!validators.has(tool.name)) validators.set(tool.name, ajv.compile(tool.outputSchema));
  const valid = validators.get(tool.name);
  holds(`${what}: keeps to its outputSchema`, valid(result.structuredContent), valid.errors, result.structuredContent);
}

function checkStructured(what, result) {
  if (result.isError !== true) equals(`${what}: text and structure say the same`, result.structuredContent, JSON.parse(result.content[0].text));
}

function checkFailure(what, result, code, message) {
  const text = result.content?.[0]?.text ?? '';
  holds(`${what}: is an error with [${code}]`, result.isError === true && text.startsWith(`[${code}] `), result);
  holds(`${what}: says what helps`, message.test(text), text);
  holds(`${what}: has no structure`, !('structuredContent' in result), result);
  const error = result._meta?.['govlog/error'];
  equals(`${what}: _meta has the contract's error`, error?.code, code);
}

const toolsByName = async (session) => new Map((await session.client.listTools()).tools.map((tool) => [tool.name, tool]));

// ---- parts -------------------------------------------------------------------------------------------------------------------

async function lists(generation, store) {
  await withSession(generation, store, async (session) => {
    const bytes = checkTools(generation, await session.client.listTools());
    console.log(`${generation}: tools/list has ${bytes} bytes`);
    const { resources } = await session.client.listResources();
    equals(`${generation}: resources`, resources.map(({ uri, name, mimeType }) => [uri, name, mimeType]), [
      ['govlog://timeline', 'timeline', 'application/json'],
      ['govlog://coverage', 'coverage', 'application/json'],
    ]);
    const { resourceTemplates } = await session.client.listResourceTemplates();
    equals(`${generation}: templates`, resourceTemplates.map(({ uriTemplate, name }) => [uriTemplate, name]), [
      ['govlog://entity/{entity_type}/{entity_id}', 'entity'],
      ['govlog://event/{id}', 'event'],
      ['govlog://impact/{label}/{id}', 'impact'],
    ]);
    const { prompts } = await session.client.listPrompts();
    equals(`${generation}: prompts`, prompts.map(({ name, arguments: given }) => [name, given.map((one) => [one.name, one.required === true])]), [
      ['impact_review', [['change_request_id', true]]],
      ['change_brief', [['since', false]]],
      ['adr_history', [['adr_id', true]]],
      ['coverage_gaps', [['layer', false]]],
    ]);
    for (const one of [...resources, ...resourceTemplates, ...prompts]) holds(`${generation}: ${one.name} has a title and a description`, one.title && one.description, one);
    // (Both SDKs drop the titles of arguments.)
    for (const one of prompts.flatMap((prompt) => prompt.arguments)) holds(`${generation}: ${one.name} has a description`, one.description, one);
    const instructions = session.client.getInstructions() ?? '';
    holds(`${generation}: instructions within 2000 bytes`, instructions !== '' && Buffer.byteLength(instructions) <= 2000, instructions);
    equals(`${generation}: tools/list is the same again`, JSON.stringify((await session.client.listTools()).tools), JSON.stringify((await session.client.listTools()).tools));
  });
}

let answers; // the command line's, which are the same for each generation

async function reads(generation, store) {
  answers ??= QUESTIONS.concat(PICTURES).map(([, , words]) => line(store, words));
  await withSession(generation, store, async (session) => {
    const tools = await toolsByName(session);
    for (const [number, [name, args]] of QUESTIONS.concat(PICTURES).entries()) {
      const what = `${generation}: ${name} ${JSON.stringify(args)}`;
      await attempt(what, async () => {
        const result = await session.call(name, args);
        // (Of a picture, the line's end at its end is the picture's own.)
        if ('format' in args && result.content?.[0]?.text) result.content[0].text = result.content[0].text.replace(/\n$/, '');
        checkSuccess(what, tools.get(name), result, answers[number], args);
        if (!('format' in args)) checkStructured(what, result);
      });
    }
    await attempt(`${generation}: pages`, () => pages(generation, session, store));
    const first = await session.call('query_timeline', {});
    holds(`${generation}: the first tool takes {}`, first.isError !== true, first);
    await attempt(`${generation}: progress`, async () => {
      const { result, progress } = await session.callWatched('verify_log', {});
      equals(`${generation}: verify_log with progress answers as without`, result.structuredContent.ok, true);
      const steps = progress.map((one) => one.progress);
      holds(`${generation}: verify_log tells how far it is`, steps.length >= 2 && steps.every((one, i) => i === 0 || one > steps[i - 1]), steps);
      equals(`${generation}: to its end`, [steps.at(-1), progress.at(-1).total], [100, 100]);
      equals(`${generation}: what is answered at once tells nothing`, (await session.callWatched('query_coverage', {})).progress, []);
    });
    const trend = await session.call('query_coverage', { view: 'trend', period: '7d' });
    checkSuccess(`${generation}: trend`, tools.get('query_coverage'), trend);
  });
}

async function pages(generation, session, store) {
  const ids = [];
  let cursor;
  do {
    const page = await session.call('query_timeline', { from: '2025-01-01', to: '2026-11-26T09:00:00Z', limit: 7, ...(cursor ? { cursor } : {}) });
    ids.push(...page.structuredContent.items.map((event) => event.id));
    cursor = page.structuredContent.next_cursor;
  } while (cursor);
  const whole = JSON.parse(line(store, ['timeline', '--from', '2025-01-01', '--to', '2026-11-26T09:00:00Z', '--limit', '1000']));
  equals(`${generation}: pages hold each event once`, ids, whole.items.map((event) => event.id));
}

async function failures(generation, store) {
  await withSession(generation, store, async (session) => {
    for (const [name, args, code, message] of FAILURES) {
      const what = `${generation}: ${name} ${JSON.stringify(args)}`;
      await attempt(what, async () => checkFailure(what, await session.call(name, args), code, message));
    }
    await refuses(`${generation}: an unknown tool`, -32602, () => session.call('no_such_tool', {}));
  });
  equals(`${generation}: failures wrote nothing`, JSON.parse(line(store, ['stats'])).events, 57);
}

const ID = '018f0000-0000-7000-8000-00000000000';

async function writes(generation, store) {
  await withSession(generation, store, async (session) => {
    const tools = await toolsByName(session);
    const write = async (name, args) => {
      const what = `${generation}: ${name} ${JSON.stringify(args)}`;
      const result = await session.call(name, args);
      checkSuccess(what, tools.get(name), result);
      checkStructured(what, result);
      return result.structuredContent ?? {};
    };
    const created = await write('create_change_request', { change_request_id: 'CR-90', title: 'Split the ledger', impacts: 'codec', actor: 'ana', event_id: `${ID}1`, fields: { budget: 10 } });
    equals(`${generation}: the first version`, [created.version, created.log_position ?? created.position], [1, 58]);
    const twice = await write('create_change_request', { change_request_id: 'CR-90', title: 'Split the ledger', impacts: ['codec'], actor: 'ana', event_id: `${ID}1`, fields: { budget: 10 } });
    equals(`${generation}: a retry is a duplicate`, [twice.duplicate, twice.id], [true, created.id]);
    const both = await write('update_change_request', { change_request_id: 'CR-90', priority: 'high', status: 'approved', reason: 'measured', event_id: `${ID}2`, expected_version: 1 });
    equals(`${generation}: fields and status are two events`, [both.receipts?.length, both.version], [2, 3]);
    const retried = await write('update_change_request', { change_request_id: 'CR-90', priority: 'high', status: 'approved', reason: 'measured', event_id: `${ID}2`, expected_version: 1 });
    equals(`${generation}: the two retried are duplicates`, retried.receipts?.map((receipt) => receipt.duplicate), [true, true]);
    await write('create_diagram_version', { diagram_id: 'D-90', version: '2', layer: 'technical', elements: [{ id: 'svc-ledger', name: 'Ledger' }] });
    await write('add_traceability_link', { from_element: 'svc-ledger', to_element: 'codec', link_type: 'SERVES' });
    await write('store_governance_event', { event_type: 'ADRCreated', entity_type: 'adr', entity_id: 'ADR-90', data: { title: 'One', status: 'proposed' }, id: `${ID}5`, created_at: '2026-11-26T08:00:00Z', metadata: { source: 'test' } });
    checkFailure(`${generation}: another version`, await session.call('update_change_request', { change_request_id: 'CR-90', status: 'done', expected_version: 1 }), 'version_conflict', /3/);
    checkFailure(`${generation}: another event of this id`, await session.call('store_governance_event', { event_type: 'T', entity_type: 't', entity_id: 'i', data: {}, id: `${ID}5` }), 'id_conflict', /./);
    const state = await session.call('time_travel', { entity_id: 'CR-90' });
    equals(`${generation}: the answer is the command line's, also while both run`, timeless(state.content[0].text, {}), timeless(line(store, ['at', 'CR-90']), {}));
  }, [], { GOVLOG_ACTOR: 'host' });
  checkWritten(generation, store);
}

function checkWritten(generation, store) {
  const events = execFileSync(govlog, ['--db', store, 'export'], { env, encoding: 'utf8' }).trim().split('\n').slice(57).map((text) => JSON.parse(text));
  equals(`${generation}: what was written`, events.map((event) => [event.event_type, event.entity_id, event.actor]), [
    ['ChangeRequestCreated', 'CR-90', 'ana'],
    ['ChangeRequestUpdated', 'CR-90', 'host'],
    ['ChangeRequestStatusChanged', 'CR-90', 'host'],
    ['DiagramVersionCreated', 'D-90', 'host'],
    ['TraceabilityLinkAdded', 'svc-ledger|SERVES|codec', 'host'],
    ['ADRCreated', 'ADR-90', 'host'],
  ]);
  equals(`${generation}: fields are merged in`, events[0]?.data, { title: 'Split the ledger', impacts: ['codec'], budget: 10 });
  for (const event of events) {
    const { tool, client, actor_kind: kind } = event.metadata ?? {};
    holds(`${generation}: metadata of ${event.event_type}`, kind === 'agent' && typeof tool === 'string' && client === 'govlog-test/1', event.metadata);
  }
  equals(`${generation}: the caller's metadata stays`, events[5]?.metadata?.source, 'test');
}

async function resources(generation, store) {
  const event = JSON.parse(line(store, ['timeline', '--from', '2025-01-01', '--limit', '1'])).items[0];
  const pairs = [
    ['govlog://coverage', ['coverage']],
    ['govlog://entity/adr/ADR-0001', ['at', 'adr/ADR-0001']],
    [`govlog://entity/trace/${encodeURIComponent('api|TRACES_TO|query')}`, ['at', 'trace/api|TRACES_TO|query']],
    ['govlog://impact/Element/codec', ['impact', 'codec', '--direction', 'both']],
    ['govlog://impact/ChangeRequest/CR-3', ['impact', 'CR-3', '--label', 'ChangeRequest', '--direction', 'both']],
  ].map(([uri, words]) => [uri, line(store, words)]);
  await withSession(generation, store, async (session) => {
    for (const [uri, text] of pairs) {
      const { contents } = await session.client.readResource({ uri });
      equals(`${generation}: ${uri}`, contents.map((one) => [one.uri, one.mimeType, timeless(one.text, {})]), [[uri, 'application/json', timeless(text, {})]]);
    }
    const one = (await session.client.readResource({ uri: `govlog://event/${event.id}` })).contents[0];
    equals(`${generation}: an event`, [JSON.parse(one.text).id, JSON.parse(one.text).event_type], [event.id, event.event_type]);
    const timeline = (await session.client.readResource({ uri: 'govlog://timeline' })).contents[0];
    equals(`${generation}: the timeline`, timeline.text, (await session.call('query_timeline', {})).content[0].text);
    const code = generation === 'sdk 1' ? -32002 : -32602; // (the newer SDK tells the old code as the new one)
    for (const uri of ['govlog://entity/adr/none', 'govlog://event/none', 'govlog://nothing', 'govlog://impact/Element/none', 'govlog://entity/adr'])
      await refuses(`${generation}: ${uri}`, code, () => session.client.readResource({ uri }));
  });
}

async function prompts(generation, store) {
  await withSession(generation, store, async (session) => {
    const asked = [
      ['impact_review', { change_request_id: 'CR-3' }, 'govlog://impact/ChangeRequest/CR-3', 'CR-3'],
      ['change_brief', { since: '90d' }, null, '90d'],
      ['change_brief', {}, null, '7d'],
      ['adr_history', { adr_id: 'ADR-0001' }, 'govlog://entity/adr/ADR-0001', 'ADR-0001'],
      ['coverage_gaps', { layer: 'business' }, null, 'business'],
      ['coverage_gaps', {}, 'govlog://coverage', ''],
    ];
    for (const [name, args, uri, word] of asked) {
      const what = `${generation}: prompt ${name} ${JSON.stringify(args)}`;
      await attempt(what, async () => {
        const { messages } = await session.client.getPrompt({ name, arguments: args });
        equals(`${what}: text, then a resource, of the user`, messages.map((one) => [one.role, one.content.type]), [['user', 'text'], ['user', 'resource']]);
        holds(`${what}: says the argument`, messages[0].content.text.includes(word), messages[0].content.text);
        if (uri !== null) equals(`${what}: embeds`, messages[1]?.content.resource?.uri, uri);
        holds(`${what}: within 16 KiB`, Buffer.byteLength(JSON.stringify(messages)) <= 16 * 1024 + 2048);
        JSON.parse(messages[1].content.resource.text);
      });
    }
    await refuses(`${generation}: a prompt that is not there`, -32602, () => session.client.getPrompt({ name: 'none', arguments: {} }));
    await refuses(`${generation}: a missing argument`, -32602, () => session.client.getPrompt({ name: 'adr_history', arguments: {} }), /adr_id/);
    await refuses(`${generation}: an unknown entity`, -32602, () => session.client.getPrompt({ name: 'adr_history', arguments: { adr_id: 'ADR-00001' } }), /ADR-0001/);
  });
}

async function completion(generation, store) {
  const prompt = (name) => ({ type: 'ref/prompt', name });
  const template = (uri) => ({ type: 'ref/resource', uri });
  const entity = template('govlog://entity/{entity_type}/{entity_id}');
  const impact = template('govlog://impact/{label}/{id}');
  const asked = [
    [prompt('impact_review'), 'change_request_id', 'cr-', undefined, ['CR-3', 'CR-4', 'CR-5', 'CR-6', 'CR-7', 'CR-8']],
    [prompt('adr_history'), 'adr_id', 'ADR-000', undefined, Array.from({ length: 10 }, (_, number) => `ADR-000${number}`)],
    [prompt('coverage_gaps'), 'layer', 'te', undefined, ['technical', 'technology']],
    [prompt('change_brief'), 'since', '', undefined, []],
    [entity, 'entity_type', 'm', undefined, ['mitigation']],
    [entity, 'entity_id', 'MIT', { entity_type: 'mitigation' }, ['MIT-3-crash', 'MIT-3-vectors']],
    [impact, 'label', '', undefined, ['ADR', 'ChangeRequest', 'DiagramVersion', 'Element', 'ImpactAssessment', 'Mitigation']],
    [impact, 'id', 'cap-t', undefined, ['cap-time-travel', 'cap-timeline']],
    [impact, 'id', 'cr-3', { label: 'ChangeRequest' }, ['CR-3']],
    [template('govlog://event/{id}'), 'id', '', undefined, []],
  ];
  await withSession(generation, store, async (session) => {
    for (const [ref, name, value, context, values] of asked) {
      const what = `${generation}: completion of ${ref.name ?? ref.uri} ${name} "${value}"`;
      await attempt(what, async () => {
        const { completion: got } = await session.complete(ref, name, value, context);
        equals(what, [...got.values].sort(), values);
        equals(`${what}: total`, [got.total ?? values.length, got.hasMore ?? false], [values.length, false]);
      });
    }
    await refuses(`${generation}: completion of an unknown prompt`, -32602, () => session.complete(prompt('none'), 'x', ''));
    await refuses(`${generation}: completion of an unknown argument`, -32602, () => session.complete(prompt('adr_history'), 'x', ''));
  });
}

async function news(generation, store) {
  const watched = ['govlog://timeline', 'govlog://entity/adr/ADR-0001', 'govlog://entity/adr/ADR-NEW', 'govlog://entity/adr/ADR-0002'];
  const append = (id, title) => line(store, ['append', '--type', 'ADRUpdated', '--entity', `adr/${id}`, '--data', JSON.stringify({ title })]);
  await withSession(generation, store, async (session) => {
    const { honoured, stop } = await session.watch(watched);
    equals(`${generation}: all are honoured`, honoured, watched);
    append('ADR-0001', 'another process says so');
    const acknowledged = Date.now();
    holds(`${generation}: news of another process's append within 1 s`, await within(1000, () => session.updates.some((one) => one.uri === watched[1])), session.updates);
    console.log(`${generation}: news after ${(session.updates[0]?.at ?? Infinity) - acknowledged} ms`);
    holds(`${generation}: and of the timeline`, await within(1000, () => session.updates.some((one) => one.uri === watched[0])));
    let mark = session.updates.length;
    append('ADR-NEW', 'first');
    holds(`${generation}: news of an entity that was not there`, await within(1000, () => session.countsSince(mark)[watched[2]] >= 1), session.updates);
    mark = session.updates.length;
    await session.call('store_governance_event', { event_type: 'ADRUpdated', entity_type: 'adr', entity_id: 'ADR-NEW', data: { title: 'by the host itself' } });
    holds(`${generation}: news of an own append`, await within(1000, () => session.countsSince(mark)[watched[2]] >= 1), session.updates);
    equals(`${generation}: none of what stayed the same`, session.updates.filter((one) => one.uri === watched[3]), []);
    await stop();
    await within(300, () => false);
    mark = session.updates.length;
    append('ADR-NEW', 'nobody listens');
    await within(700, () => false);
    equals(`${generation}: none after the end`, session.countsSince(mark), {});
    await refuses(`${generation}: news of what is no resource`, -32602, () => session.watch(['govlog://nothing/at/all']));
  });
}

async function readOnly(generation, store) {
  await withSession(generation, store, async (session) => {
    equals(`${generation}: read-only asks`, (await session.call('list_entities', { limit: 1 })).isError ?? false, false);
    const refused = await session.call('store_governance_event', { event_type: 'T', entity_type: 't', entity_id: 'i', data: {} });
    checkFailure(`${generation}: read-only writes not`, refused, 'forbidden', /./);
  }, ['--read-only']);
  const absent = join(base, `absent-${generation.replaceAll(' ', '-')}`);
  await withSession(generation, absent, async (session) => {
    const result = await session.call('query_timeline', {});
    equals(`${generation}: a store that is not there answers as an empty one`, result.structuredContent?.items, []);
  });
  holds(`${generation}: reading makes no store`, !existsSync(absent));
}

// ---- all of it ---------------------------------------------------------------------------------------------------------------

const PARTS = { lists, reads, failures, writes, resources, prompts, completion, news, 'read-only': readOnly };
const NEW_STORE = new Set(['writes', 'news']);

try {
  const shared = newStore();
  for (const generation of GENERATIONS) {
    for (const [name, part] of Object.entries(PARTS)) {
      if (!wanted(name)) continue;
      await attempt(`${generation}: ${name}`, () => part(generation, NEW_STORE.has(name) ? newStore() : shared));
    }
  }
  if (wanted('inspector')) await attempt('inspector', () => inspect(folder, govlog, newStore(), line, timeless));
} finally {
  rmSync(base, { recursive: true, force: true });
}
finish();
