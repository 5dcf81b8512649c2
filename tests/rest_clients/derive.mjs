// Requests that the document itself asks for: each word of a choice and each bound is taken, and what is beyond them is refused.
//
// `base`: a request that is answered (requests.mjs). Each of these is the base but for one thing, told in `what`.

const withQuery = (base, name, value) => ({ ...base, query: { ...base.query, [name]: value } });
const without = (object, name) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
const bodyOf = (base) => (typeof base.body === 'function' ? base.body() : (base.body ?? {}));

/** Values of a schema that are taken, and such as are not. */
function values(schema) {
  if (schema.enum) return { good: schema.enum, wrong: ['no-such-word'] };
  if (schema.type === 'integer') return { good: [schema.minimum], wrong: [schema.minimum - 1, schema.maximum + 1, 'x', '1.5', ''].filter((value) => value !== schema.maximum) };
  return { good: [], wrong: schema.maxLength ? ['x'.repeat(schema.maxLength + 1)] : [] };
}

function queryRequests(base, { name, schema, required }) {
  const { good, wrong } = values(schema.type === 'array' ? schema.items : schema);
  const found = name.endsWith('label') ? [200, 404] : undefined; // no other kind of node has the id
  const beyond = schema.maxLength ? [400, 404] : [400]; // what is too long to be anybody's name
  const given = base.query?.[name] ?? good[0] ?? '1';
  return [
    ...good.map((value) => ({ what: `${name}=${value}`, ...withQuery(base, name, value), expect: found })),
    ...wrong.map((value) => ({ what: `${name}=${String(value).slice(0, 20)}`, ...withQuery(base, name, value), expect: beyond })),
    ...(schema.type === 'array' ? [] : [{ what: `${name} twice`, ...withQuery(base, name, [given, given]), expect: [400] }]),
    ...(required ? [{ what: `no ${name}`, ...base, query: without(base.query, name), expect: [400] }] : []),
  ];
}

/** What is not of a type. */
const OF_OTHER_TYPE = { string: [1, {}], integer: ['x', 1.5], array: [{ a: 1 }], object: ['x', []], boolean: ['x'] };

function memberRequests(base, name, schema, required) {
  const changed = (value, expect) => ({ what: `${name}: ${JSON.stringify(value).slice(0, 20)}`, ...base, body: () => ({ ...bodyOf(base), [name]: value }), expect });
  const wrong = (OF_OTHER_TYPE[schema.type] ?? []).map((value) => changed(value, [400]));
  if (schema.maxLength) wrong.push(changed('x'.repeat(schema.maxLength + 1), [400]));
  if (schema.enum) wrong.push(changed('no-such-word', [400]), ...schema.enum.map((value) => changed(value)));
  if (schema.minimum !== undefined) wrong.push(changed(schema.minimum - 1, [400]));
  if (required) wrong.push({ what: `no ${name}`, ...base, body: () => without(bodyOf(base), name), expect: [400] });
  return wrong;
}

function bodyRequests(base, content) {
  const { schema } = content['application/json'];
  const told = schema.properties === undefined ? [] : Object.entries(schema.properties).flatMap(([name, one]) => memberRequests(base, name, one, schema.required?.includes(name)));
  if (schema.additionalProperties === false) {
    told.push({ what: 'a member that there is not', ...base, body: () => ({ ...bodyOf(base), no_such_member: 1 }), expect: [400] });
    told.push({ what: 'an array', ...base, body: '[]', expect: [400] });
  }
  return told;
}

/** Of any operation: what no request may be. */
function refusals(base, operation) {
  const beyond = 65 * 1024 * 1024;
  const requests = [
    { what: 'another host', ...base, headers: { ...base.headers, Host: 'evil.example' }, expect: [403] },
    { what: 'another origin', ...base, headers: { ...base.headers, Origin: 'http://evil.example' }, expect: [403] },
    { what: 'a query that is not encoded', ...base, tail: '%zz', expect: [400] },
    { what: 'a long head', ...base, headers: { ...base.headers, 'X-Long': 'x'.repeat(20_000) }, expect: [431] },
    { what: 'a long body', ...base, announce: beyond, headers: { ...base.headers, 'Content-Type': 'application/json' }, expect: [413] },
  ];
  if (!operation.requestBody) return requests;
  if (operation.method !== 'DELETE') requests.push({ what: 'another media type', ...base, body: '{}', headers: { ...base.headers, 'Content-Type': 'text/plain' }, expect: [415] });
  for (const [what, body] of [['half an object', '{'], ['bytes after it', '{} {}'], ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])]])
    requests.push({ what, ...base, body: () => body, headers: { ...base.headers, 'Content-Type': 'application/json' }, expect: [400] });
  return requests;
}

/** `operation`: of the document; `bases`: what parameters have instead of `base`, by name. */
export function derived(operation, base, bases = {}) {
  const requests = refusals(base, operation);
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'query') requests.push(...queryRequests(bases[parameter.name] ?? base, parameter));
    if (parameter.in === 'path' && parameter.schema.maxLength)
      requests.push({ what: `a long ${parameter.name}`, ...base, path: { ...base.path, [parameter.name]: 'x'.repeat(parameter.schema.maxLength + 1) }, expect: [400, 404] });
  }
  if (operation.path.startsWith('/governance/')) requests.push({ what: 'a parameter that there is not', ...withQuery(base, 'no_such_parameter', '1'), expect: [400] });
  if (operation.requestBody) requests.push(...bodyRequests(base, operation.requestBody.content));
  return requests;
}
