// What each route is asked: requests that are answered, and some that are refused; more of both are made from the document (derive.mjs).
//
// Each route has `asks`, the first of which the others are made from. A request: `path` (values of the names in braces), `query`, `headers`, `body` (an object or array is
// sent as JSON), `expect` (statuses; 2xx where it is left out), `of`: a parameter that this request alone has, instead of the first.
import { randomUUID } from 'node:crypto';

const NDJSON = 'application/x-ndjson';
const CLOUD_EVENT = 'application/cloudevents+json';
const CLOUD_EVENTS = 'application/cloudevents-batch+json';

let made = 0;
const fresh = (kind) => `${kind}-${(made += 1)}`;
const event = (more = {}) => ({ event_type: 'Noted', entity_type: 'note', entity_id: fresh('N'), data: { n: 1 }, ...more });
const cloudEvent = (more = {}) => ({ specversion: '1.0', id: randomUUID(), source: '/tests', type: 'Noted', subject: 'note/CE', data: { n: 1 }, ...more });
const lines = (...values) => values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');

const refused = (...expect) => (request) => ({ ...request, expect });
const bad = refused(400);
const missing = refused(404);

// ---- reads -------------------------------------------------------------------------------------------------------------------

const ALL = { from: '2000-01-01' };
const page = (query = {}) => [
  { query: { ...ALL, ...query } },
  { query: { ...ALL, ...query, limit: 3, entity_type: ['adr', 'change_request'], known_at: '40' } },
  { query: { ...ALL, ...query, contains: '{"status":"accepted"}' } },
  bad({ query: { ...query, contains: '{' } }),
  bad({ query: { ...query, cursor: 'rubbish' } }),
  bad({ query: { ...query, from: '7x' } }),
  bad({ query: { ...query, known_at: '999999999' } }),
];
const times = [bad({ query: { at: 'yesterday-ish' } }), bad({ query: { known_at: '999999999' } })];
const entity = (path, element) => [
  { path },
  { path, query: { known_at: '45' } },
  { path: element },
  missing({ path: { ...path, entity_id: 'no such thing' } }),
  bad({ path, query: { known_at: 'x' } }),
];
const ADR = { entity_type: 'adr', entity_id: 'ADR-0000' };
const CODEC = { entity_type: 'element', entity_id: 'codec' };
const TWICE = { entity_id: 'twice' }; // an id that two types have (clients.mjs)
const byId = (more) => [
  ...entity({ entity_id: 'CR-3' }, { entity_id: 'codec' }),
  { path: TWICE, query: { entity_type: 'note' } },
  refused(409)({ path: TWICE }),
  ...more,
];
const graph = (path, unknown) => [
  { path },
  { path, query: { at: '2026-11-26', limit: 2 } },
  { path, query: { at: '1999-01-01' } },
  missing({ path: unknown }),
  ...times.map((request) => ({ path, ...request })),
];
const walk = [
  { query: { from: 'cli', to: 'codec' } },
  { query: { from: 'codec', to: 'cli', at: '2026-11-26T09:00:00Z' } },
  { query: { from: 'codec', to: 'codec' } },
  { query: { from: 'cap-mcp', to: 'codec' } },
  { query: { from: 'CR-3', from_label: 'ChangeRequest', to: 'codec', relations: ['all'] } },
  missing({ query: { from: 'cli', to: 'no such thing' } }),
  bad({ query: { from: 'cli', to: 'codec', at: 'x' } }),
];
const tagged = (request, tag) => [{ ...request, headers: { 'If-None-Match': '"x", *' } }, { ...request, headers: { 'If-None-Match': tag }, expect: [304] }];

const READS = {
  'GET /governance/timeline': page(),
  'GET /governance/search': [...page({ q: 'event' }), { query: { q: 'snapshot OR codec', order: 'newest' } }, bad({ query: { q: '...' } })],
  'GET /governance/analytics': [{}, { query: { from: '2000-01-01', to: 'now' } }, bad({ query: { from: 'x' } })],
  'GET /governance/change-requests/{id}/history': [
    { path: { id: 'CR-3' } },
    { path: { id: 'CR-3' }, query: { include: 'related', limit: 5 } },
    missing({ path: { id: 'CR-none' } }),
    bad({ path: { id: 'CR-3' }, query: { cursor: 'x' } }),
  ],
  'GET /governance/replay/{entity_id}': byId([bad({ path: { entity_id: 'CR-3' }, query: { cursor: 'x' } })]),
  'GET /governance/time-travel/{entity_id}': byId([
    { path: { entity_id: 'CR-3' }, query: { at: '1999-01-01' } },
    ...tagged({ path: { entity_id: 'CR-3' } }, '"2"'),
    bad({ path: { entity_id: 'CR-3' }, query: { at: 'x' } }),
  ]),
  'GET /governance/entities': [{}, { query: { q: 'snapshot', limit: 2 } }, { query: { entity_type: ['element'], layer: ['technical'] } }, ...times],
  'GET /governance/entities/{entity_type}': [
    { path: { entity_type: 'adr' } },
    { path: { entity_type: 'element' }, query: { at: '2026-11-26' } },
    { path: { entity_type: 'of no such type' } },
    ...times.map((request) => ({ path: { entity_type: 'adr' }, ...request })),
    bad({ path: { entity_type: 'adr' }, query: { entity_type: 'adr' } }),
  ],
  'GET /governance/entities/{entity_type}/{entity_id}': [...entity(ADR, CODEC), { path: ADR, query: { at: '1999-01-01' } }, ...tagged({ path: ADR }, 'W/"2"')],
  'GET /governance/entities/{entity_type}/{entity_id}/history': entity(ADR, CODEC),
  'GET /governance/entities/{entity_type}/{entity_id}/replay': entity(ADR, CODEC),
  'GET /governance/path': walk,
  'GET /governance/why': walk,
  'GET /governance/diff': [
    { query: { from: 'adr/ADR-0000@1', to: 'adr/ADR-0000@2' } },
    { query: { from: 'adr/ADR-0000@1999-01-01', to: 'adr/ADR-0001@now' } },
    { query: { from: 'adr/ADR-0000@2', to: 'adr/ADR-0001@1' } },
    missing({ query: { from: 'adr/ADR-0000@1', to: 'adr/ADR-0000@9' } }),
    refused(409)({ query: { from: 'twice@1', to: 'twice@now' } }),
    bad({ query: { from: 'adr/ADR-0000@1', to: 'change_request/CR-3@1' } }),
  ],
  'GET /governance/impact/{element_id}': [
    ...graph({ element_id: 'codec' }, { element_id: 'no such thing' }),
    { path: { element_id: 'codec' }, query: { direction: 'both', depth: 3, layer: 'technical' } },
    ...[['ChangeRequest', 'CR-3'], ['ImpactAssessment', 'IA-3-formats'], ['Mitigation', 'MIT-3-crash'], ['ADR', 'ADR-0001'], ['DiagramVersion', 'folders@1']].map(
      ([label, id]) => ({ path: { element_id: id }, query: { label, relations: ['all'] } }),
    ),
  ],
  'GET /governance/impact-chain/{cr_id}': [
    ...graph({ cr_id: 'CR-3' }, { cr_id: 'CR-none' }),
    ...['mermaid', 'dot', 'graphml', 'cytoscape'].map((format) => ({ path: { cr_id: 'CR-3' }, query: { format, depth: 2 } })),
  ],
  'GET /governance/coverage': [{}, { query: { at: '2026-11-26' } }, { query: { at: '1999-01-01' } }, ...times],
  'GET /governance/coverage/orphans': [{}, { query: { layer: 'business', limit: 1 } }, ...times, bad({ query: { cursor: 'x' } })],
  'GET /governance/coverage/trend': [{}, { query: { period: '2d', bucket: 'hour' } }, bad({ query: { period: '9000d', bucket: 'hour' } }), bad({ query: { period: 'x' } })],
  'GET /governance/events/{event}': [
    { path: { event: '1' } },
    { path: { event: '2e4c1dad-960f-5b8a-ac7a-7b6e934844db' } },
    { path: { event: '1' }, headers: { Accept: CLOUD_EVENT } },
    { path: { event: '1' }, headers: { 'If-None-Match': '*' }, expect: [304] },
    missing({ path: { event: '999999' } }),
    missing({ path: { event: randomUUID() } }),
    bad({ path: { event: 'none' } }),
  ],
  'GET /governance/events': [
    { query: { limit: 20 } },
    { query: { after: 30 } },
    { query: { after: 999999 } },
    { headers: { Accept: NDJSON } },
    { query: { after: 3, limit: 4 }, headers: { Accept: NDJSON } },
    { headers: { Accept: 'text/event-stream', 'Last-Event-ID': '5' }, query: { after: 50 } },
    { headers: { Accept: 'text/event-stream' }, query: { after: 999999 } },
    { query: { limit: 20 }, headers: { Accept: CLOUD_EVENTS } },
    bad({ headers: { Accept: 'text/event-stream', 'Last-Event-ID': 'x' } }),
  ],
  'GET /governance/proofs/root': [{}, { query: { at_position: 3 } }, bad({ query: { at_position: 999999 } })],
  'GET /governance/proofs/inclusion/{position}': [
    { path: { position: '1' } },
    { path: { position: '7' }, query: { at_position: 40 } },
    bad({ path: { position: '7' }, query: { at_position: 6 } }),
    bad({ path: { position: '0' } }),
    bad({ path: { position: 'x' } }),
  ],
  'GET /governance/proofs/consistency': [{ query: { from: 1, to: 5 } }, { query: { from: 5, to: 5 } }, bad({ query: { from: 5, to: 2 } }), bad({ query: { from: 1, to: 999999 } })],
};

// ---- writes ------------------------------------------------------------------------------------------------------------------

const again = randomUUID();
const stale = { 'If-Match': '"99"' };
const keyed = (key) => ({ 'Idempotency-Key': key });
/** The same request twice: kept, then known; then another with the same key. */
const repeated = (request, other) => {
  const key = randomUUID();
  return [
    { ...request, headers: keyed(key), expect: [201] },
    { ...request, headers: keyed(`"${key}"`), expect: [200] },
    { ...other, headers: keyed(key), expect: [409] },
    bad({ ...request, headers: keyed('no uuid') }),
    bad({ ...request, headers: { 'If-Match': 'x' } }),
  ];
};
const changeRequest = (more = {}) => ({ change_request_id: fresh('CR-T'), title: 'Asked by a test', ...more });
const adr = (more = {}) => ({ adr_id: fresh('ADR-T'), title: 'Asked by a test', status: 'proposed', ...more });
const link = (more = {}) => ({ from_element: fresh('a'), to_element: fresh('b'), link_type: 'SERVES', ...more });
const fixed = changeRequest();
const fixedAdr = adr();

const WRITES = {
  'POST /governance/events': [
    { body: () => event() },
    { body: () => event({ actor: null, id: randomUUID().toUpperCase(), created_at: '2026-01-01T00:00:00+01:00', metadata: { source: 'a test' }, expected_version: 0 }), expect: [201] },
    { body: event({ id: again, entity_id: 'once' }), expect: [201] },
    { body: event({ id: again, entity_id: 'once' }), expect: [200] },
    { body: event({ id: again, entity_id: 'twice' }), expect: [409] },
    { body: () => [event(), event()], expect: [201] },
    { body: [], expect: [200] },
    { body: () => event(), headers: { 'If-Match': '"0"' }, expect: [201] },
    { body: () => event(), headers: stale, expect: [412] },
    { body: () => event({ expected_version: 7 }), expect: [409] },
    { body: () => lines(event(), event()), headers: { 'Content-Type': NDJSON }, of: 'on_error' },
    { body: () => lines('rubbish', event()), headers: { 'Content-Type': NDJSON }, query: { on_error: 'skip' } },
    bad({ body: () => lines('rubbish', event()), headers: { 'Content-Type': NDJSON } }),
    { body: () => cloudEvent(), headers: { 'Content-Type': CLOUD_EVENT }, expect: [201] },
    { body: () => [cloudEvent(), cloudEvent()], headers: { 'Content-Type': CLOUD_EVENTS }, expect: [201] },
    bad({ body: () => cloudEvent({ specversion: '0.3' }), headers: { 'Content-Type': CLOUD_EVENT } }),
    bad({ body: () => cloudEvent(), headers: { 'Content-Type': CLOUD_EVENTS } }),
    bad({ body: () => event({ created_at: '2999-01-01T00:00:00Z' }) }),
    bad({ body: () => event({ entity_type: 'element' }) }),
    bad({ body: () => event({ event_type: 'ADRCreated' }) }),
    bad({ body: () => [event(), 1] }),
    bad({ body: '{"a":1,"a":1}' }),
  ],
  'POST /governance/change-requests': [
    { body: () => changeRequest() },
    { body: fixed, expect: [201] },
    { body: { ...fixed, title: 'Again' }, expect: [409] },
    ...repeated({ body: changeRequest({ change_request_id: 'CR-K' }) }, { body: changeRequest() }),
  ],
  'PATCH /governance/change-requests/{id}': [
    { path: { id: 'CR-4' }, body: { priority: 'high' } },
    { path: { id: 'CR-4' }, body: { status: 'approved', reason: 'tested', priority: 'low' } },
    { path: { id: 'CR-4' }, body: { priority: 'high' }, headers: stale, expect: [412] },
    { path: { id: 'CR-4' }, body: { priority: 'high', expected_version: 77 }, expect: [409] },
    missing({ path: { id: 'CR-none' }, body: { priority: 'high' } }),
    bad({ path: { id: 'CR-4' }, body: {} }),
    ...repeated({ path: { id: 'CR-4' }, body: { priority: 'a' } }, { path: { id: 'CR-4' }, body: { priority: 'b' } }),
  ],
  'POST /governance/change-requests/{id}/status': [
    { path: { id: 'CR-4' }, body: { status: 'approved' } },
    { path: { id: 'CR-4' }, body: { status: 'approved' }, headers: stale, expect: [412] },
    ...repeated({ path: { id: 'CR-4' }, body: { status: 'a' } }, { path: { id: 'CR-4' }, body: { status: 'b' } }),
  ],
  'POST /governance/adrs': [
    { body: () => adr() },
    { body: fixedAdr, expect: [201] },
    { body: { ...fixedAdr, title: 'Again' }, expect: [409] },
    ...repeated({ body: adr({ adr_id: 'ADR-K' }) }, { body: adr() }),
  ],
  'POST /governance/adrs/{id}/status': [
    { path: { id: 'ADR-0011' }, body: { status: 'deprecated' } },
    { path: { id: 'ADR-0011' }, body: { status: 'deprecated' }, headers: stale, expect: [412] },
    ...repeated({ path: { id: 'ADR-0011' }, body: { status: 'a' } }, { path: { id: 'ADR-0011' }, body: { status: 'b' } }),
  ],
  'POST /governance/diagrams/{id}/versions': [
    { path: { id: 'D-T' }, body: { version: '1', layer: 'technical', elements: [{ id: 'svc-t', name: 'T' }] } },
    { path: { id: 'D-T' }, body: { version: '2', elements: [] }, headers: stale, expect: [412] },
    bad({ path: { id: 'D-T' }, body: { elements: [{}] } }),
    ...repeated({ path: { id: 'D-T' }, body: { version: '3' } }, { path: { id: 'D-T' }, body: { version: '4' } }),
  ],
  'POST /governance/traceability-links': [
    { body: () => link() },
    { body: () => link(), headers: stale, expect: [412] },
    ...repeated({ body: link({ from_element: 'a', to_element: 'b' }) }, { body: link() }),
  ],
  'DELETE /governance/traceability-links/{id}': [
    { path: { id: 'api|TRACES_TO|query' } },
    { path: { id: 'no such link' } },
    { path: { id: 'api|TRACES_TO|query' }, body: { actor: 'ana' } },
    { path: { id: 'api|TRACES_TO|query' }, headers: stale, expect: [412] },
    ...repeated({ path: { id: 'cli|TRACES_TO|api' } }, { path: { id: 'cli|TRACES_TO|engine' } }),
  ],
};

// ---- others ------------------------------------------------------------------------------------------------------------------

const rpc = (method, params, id = 1) => ({ jsonrpc: '2.0', id, method, ...(params ? { params } : {}) });
const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
const modern = (method, params = {}) => rpc(method, { ...params, _meta: META });
const modernHeaders = (method) => ({ 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method });
const INITIALIZE = rpc('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'tests', version: '1' } });
const STRANGER = { 'Mcp-Session-Id': 'no such session' };

const OTHERS = {
  'GET /healthz': [{}],
  'GET /readyz': [{}],
  'GET /metrics': [{}],
  'GET /openapi.json': [{}],
  'GET /docs': [{}],
  'POST /mcp': [
    { body: INITIALIZE },
    { body: rpc('tools/list') },
    { body: rpc('no/such/method') },
    { body: { jsonrpc: '2.0', method: 'notifications/initialized' }, expect: [202] },
    { body: [rpc('ping'), rpc('ping', undefined, 'two')] },
    { body: modern('server/discover'), headers: modernHeaders('server/discover') },
    {
      body: modern('subscriptions/listen', { notifications: { resourceSubscriptions: ['govlog://timeline'] } }),
      headers: modernHeaders('subscriptions/listen'),
    },
    bad({ body: modern('server/discover'), headers: modernHeaders('tools/list') }),
    bad({ body: '{' }),
    bad({ body: '1' }),
    missing({ body: rpc('ping'), headers: STRANGER }),
    missing({ body: modern('no/such/method'), headers: modernHeaders('no/such/method') }),
    { body: '{}', headers: { 'Content-Type': 'text/plain' }, expect: [415] },
  ],
  'GET /mcp': [{ session: true, expect: [200] }, missing({ headers: STRANGER }), { expect: [405] }],
  'DELETE /mcp': [{ session: true, expect: [204] }, missing({ headers: STRANGER }), { expect: [405] }],
};

export const ROUTES = { ...READS, ...WRITES, ...OTHERS };
export { INITIALIZE };

/** What a request becomes on the wire. */
export function written(operation, request) {
  const target = operation.path.replace(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(request.path?.[name] ?? `{${name}}`));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) for (const one of [value].flat()) query.append(name, String(one));
  const given = typeof request.body === 'function' ? request.body() : request.body;
  const body = given === undefined || typeof given === 'string' || Buffer.isBuffer(given) ? given : JSON.stringify(given);
  const headers = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...request.headers };
  if (body !== undefined) headers['Content-Length'] = Buffer.byteLength(body); // (Node sends the body of a DELETE without any length)
  return { target: [target, query.toString()].filter((part) => part !== '').join('?'), headers, body, announce: request.announce };
}
