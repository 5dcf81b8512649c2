// /openapi.json: whether it is a good document, and whether an answer is one that it tells of.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { equals, holds } from '../mcp_clients/checks.mjs';

// What HTTP itself adds, and what tells browsers to be careful: of every answer, so that no operation tells of it.
const GENERAL = new Set([
  'connection', 'keep-alive', 'date', 'server', 'content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'vary', 'cache-control',
  'x-content-type-options', 'x-request-id', 'x-accel-buffering', 'content-security-policy', 'referrer-policy',
]);
const parsed = (lines) => lines.map((line) => JSON.parse(line));
const ndjson = (text) => parsed(text.split('\n').filter((line) => line !== ''));
const streamed = (text) => parsed(text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)));
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The packages of FOLDER/node_modules. */
export async function loadPackages(folder) {
  const require = createRequire(join(folder, 'package.json'));
  const load = async (name) => import(pathToFileURL(require.resolve(name)));
  return {
    Ajv: require('ajv/dist/2020').default,
    addFormats: require('ajv-formats').default,
    redocly: require('@redocly/openapi-core'),
    cloudEvents: require('cloudevents'),
    OpenApiValidator: (await import(pathToFileURL(join(folder, 'node_modules/@seriousme/openapi-schema-validator/index.js')))).Validator,
    EventSource: (await load('eventsource')).EventSource,
  };
}

/** Redocly's linter, and the schema of OpenAPI 3.1. */
export async function lint(packages, text, configuration) {
  const config = await packages.redocly.loadConfig({ configPath: configuration });
  const problems = await packages.redocly.lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  equals('the linter has nothing to say', problems.map((one) => `${one.ruleId} ${one.location[0]?.pointer}: ${one.message}`), []);
  const validator = new packages.OpenApiValidator();
  const result = await validator.validate(JSON.parse(text));
  holds('it keeps to the schema of OpenAPI 3.1', result.valid && validator.version === '3.1', result.errors);
}

export class Document {
  constructor(packages, text) {
    this.document = JSON.parse(text);
    this.ajv = new packages.Ajv({ strict: true, allowUnionTypes: true, allErrors: true, strictRequired: true });
    packages.addFormats(this.ajv);
    const inside = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"components#/$defs/'));
    this.ajv.addSchema({ $id: 'components', $defs: inside(this.document.components.schemas) });
    this.validators = new Map();
    this.compile = (schema) => {
      const key = JSON.stringify(schema);
      if (!this.validators.has(key)) this.validators.set(key, this.ajv.compile(inside(schema)));
      return this.validators.get(key);
    };
    // What each line of NDJSON and each `data` of an event stream is.
    this.isEvent = this.compile({ $ref: '#/components/schemas/Event' });
  }

  /** Every method of every path. */
  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => ({ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, ...item[method] })),
    );
  }

  resolve(value) {
    if (value?.$ref === undefined) return value;
    return value.$ref.slice(2).split('/').reduce((part, name) => part[name], this.document);
  }

  /** What of `reply` the operation does not tell of; a HEAD's has no body. */
  problems(operation, reply) {
    const declared = this.resolve(operation.responses[reply.status]);
    if (declared === undefined) return [`status ${reply.status} is not declared`];
    return [...this.headerProblems(declared, reply), ...(operation.head ? [] : this.bodyProblems(declared, reply))];
  }

  headerProblems(declared, reply) {
    const problems = [];
    const headers = Object.entries(declared.headers ?? {}).map(([name, header]) => [name.toLowerCase(), header]);
    for (const [name, header] of headers) {
      const value = reply.headers[name];
      if (value === undefined && header.required) problems.push(`${name} is missing`);
      if (value === undefined) continue;
      const given = header.schema.type === 'integer' && /^-?[0-9]+$/.test(value) ? Number(value) : value;
      if (!this.compile(header.schema)(given)) problems.push(`${name} is ${value}`);
    }
    const known = new Set(headers.map(([name]) => name));
    for (const name of Object.keys(reply.headers)) if (!GENERAL.has(name) && !known.has(name)) problems.push(`header ${name} is not declared`);
    return problems;
  }

  bodyProblems(declared, reply) {
    if (declared.content === undefined) return reply.text === '' ? [] : ['there is a body, and none is declared'];
    const type = String(reply.headers['content-type']).split(';')[0].trim();
    const media = declared.content[type];
    if (media === undefined) return [`content type ${type} is not declared`];
    const value = type.endsWith('json') && type !== 'application/x-ndjson' ? JSON.parse(reply.text) : reply.text;
    const problems = this.told(this.compile(media.schema), value);
    const events = { 'application/x-ndjson': ndjson, 'text/event-stream': streamed }[type]?.(reply.text) ?? [];
    for (const event of events.filter((one) => !('jsonrpc' in one))) problems.push(...this.told(this.isEvent, event)); // (streams of /mcp hold messages)
    return problems;
  }

  told(validate, value) {
    if (validate(value)) return [];
    return validate.errors.slice(0, 8).map((error) => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
  }
}
