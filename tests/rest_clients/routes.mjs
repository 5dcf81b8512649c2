// Every method of every path of the document is asked, and each answer must be one that the document tells of.
import { equals, holds } from '../mcp_clients/checks.mjs';
import { derived } from './derive.mjs';
import { INITIALIZE, ROUTES, written } from './requests.mjs';

const OPEN = ['GET /healthz', 'GET /readyz']; // without a token
const bearer = (token) => ({ Authorization: `Bearer ${token}` });

export class Routes {
  constructor(document) {
    this.document = document;
    this.rows = new Map(document.operations().map((operation) => [operation.name, { statuses: new Map(), asked: 0, passed: 0 }]));
    equals('each route of the document has requests, and no other', Object.keys(ROUTES).sort(), [...this.rows.keys()].sort());
  }

  /** Sends one request; its answer must have a status that is expected, and be as the document says. */
  async ask(server, operation, request, what) {
    const row = this.rows.get(operation.name);
    const wire = written(operation, request);
    if (request.tail) wire.target += `${wire.target.includes('?') ? '&' : '?'}${request.tail}`;
    if (request.session) wire.headers['Mcp-Session-Id'] = await newSession(server);
    const reply = await server.ask(operation.method, wire.target, wire);
    const problems = this.document.problems(operation, reply);
    const expected = request.expect ? request.expect.includes(reply.status) : reply.status >= 200 && reply.status < 300;
    if (!expected) problems.unshift(`status ${reply.status}, expected ${request.expect ?? '2xx'}`);
    row.asked += 1;
    row.statuses.set(reply.status, (row.statuses.get(reply.status) ?? 0) + 1);
    if (holds(`${operation.name} ${what ?? ''}: ${wire.target.slice(0, 200)}`, problems.length === 0, ...problems, String(wire.body).slice(0, 300), reply.text.slice(0, 600))) row.passed += 1;
    return reply;
  }

  async askAll(server) {
    for (const operation of this.document.operations()) {
      const requests = ROUTES[operation.name] ?? [];
      for (const request of requests) await this.ask(server, operation, request);
      // A session can be asked once alone, so the rest is asked of none.
      const base = requests[0]?.session ? { expect: [405] } : (requests[0] ?? {});
      const bases = Object.fromEntries(requests.filter((request) => request.of).map((request) => [request.of, request]));
      for (const { what, ...request } of derived(operation, base, bases)) await this.ask(server, operation, request, what);
      if (operation.method === 'GET' && !requests[0]?.session) await this.askHead(server, operation, base);
    }
  }

  /** HEAD, which the document does not tell of, is GET without a body. */
  async askHead(server, operation, base) {
    const wire = written(operation, base);
    const [head, get] = [await server.ask('HEAD', wire.target, wire), await server.ask('GET', wire.target, wire)];
    const problems = this.document.problems({ ...operation, head: true }, head);
    holds(`HEAD ${operation.path} is GET without a body`, problems.length === 0 && head.status === get.status && head.text === '' && head.headers['content-type'] === get.headers['content-type'], problems, head);
  }

  /** OPTIONS tells the methods that the document has, and any other is refused. */
  async askMethods(server) {
    for (const [path, item] of Object.entries(this.document.document.paths)) {
      const methods = Object.keys(item).map((method) => method.toUpperCase());
      const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join();
      const target = path.replace(/\{[^}]*\}/g, 'x');
      const options = await server.ask('OPTIONS', target);
      equals(`OPTIONS ${path}`, [options.status, sorted(options.headers.allow), options.text], [204, allowed, '']);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !methods.includes(one))) {
        const reply = await server.ask(method, target);
        equals(`${method} ${path}`, [reply.status, sorted(reply.headers.allow), this.document.told(this.document.compile({ $ref: '#/components/schemas/Error' }), JSON.parse(reply.text))], [405, allowed, []]);
      }
    }
  }

  /** With tokens: none and a wrong one are 401, a reader's writes are 403. */
  async askCallers(server, reader, writer) {
    for (const operation of this.document.operations()) {
      const base = { ...ROUTES[operation.name]?.[0] };
      const open = OPEN.includes(operation.name);
      const as = (headers, expect, what) => this.ask(server, operation, { ...base, session: false, headers: { ...base.headers, ...headers }, expect }, what);
      await as({}, [open ? 200 : 401], 'without a token');
      await as(bearer('none'), [open ? 200 : 401], 'with a token that is none');
      if (base.session) continue;
      const writes = operation.requestBody && operation.path !== '/mcp';
      await as(bearer(reader), writes ? [403] : undefined, 'as a reader');
      await as(bearer(writer), undefined, 'as a writer');
    }
  }

  /** What was asked of each route, as a table. */
  table() {
    const rows = [...this.rows].map(([name, { statuses, asked, passed }]) => {
      const [method, path] = name.split(' ');
      holds(`${name} was answered, and refused`, [...statuses.keys()].some((one) => one < 300) && [...statuses.keys()].some((one) => one >= 400));
      return [method, path, [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`).join(', '), `${passed} of ${asked}`];
    });
    const table = [['method', 'route', 'statuses', 'passed'], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
  }
}

const sorted = (allow) => String(allow).split(', ').sort().join();

async function newSession(server) {
  const reply = await server.ask('POST', '/mcp', { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(INITIALIZE) });
  return reply.headers['mcp-session-id'];
}
