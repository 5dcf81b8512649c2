// clients.mjs GOVLOG FOLDER: clients that we did not write ask `govlog serve` over HTTP, and judges that we did not write look at what it answers.
//
// /openapi.json is linted; every method of every path of it is asked, well and badly, and each answer must be one that it tells of; CloudEvents go in and out by the
// official SDK; the feed is followed by an EventSource while the server is killed; Prometheus' own tool reads the metrics. FOLDER has the packages
// (`scripts/deps --tests`). Needs Node.js 20. Prints the table of routes; the last line is `N passed, M failed`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { attempt, equals, finish, holds } from '../mcp_clients/checks.mjs';
import { cloudEvents } from './cloud_events.mjs';
import { Document, lint, loadPackages } from './document.mjs';
import { liveFeed } from './live_feed.mjs';
import { Routes } from './routes.mjs';
import { Server } from './server.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const SAMPLE = resolve(HERE, '../../cli/sample.ndjson');
const [govlog, folder] = process.argv.slice(2).map((path) => resolve(path));
const base = mkdtempSync(join(tmpdir(), 'govlog-rest-clients-'));
const servers = [];

function newStore(name) {
  const store = join(base, name);
  execFileSync(govlog, ['--db', store, 'import', SAMPLE], { stdio: 'pipe' });
  for (const type of ['note', 'thing']) execFileSync(govlog, ['--db', store, 'append', '--type', 'Noted', '--entity', `${type}/twice`, '--data', '{}'], { stdio: 'pipe' });
  return store;
}

async function start(store, options) {
  const server = await Server.start(govlog, store, options);
  servers.push(server);
  return server;
}

async function metrics(server) {
  const reply = await server.ask('GET', '/metrics');
  const told = spawnSync(join(folder, 'promtool'), ['check', 'metrics'], { input: reply.text, encoding: 'utf8' });
  equals('promtool has nothing to say about the metrics', [told.status, told.stdout + told.stderr], [0, '']);
  holds('there are metrics of every route that was asked', reply.text.split('\n').filter((line) => line.startsWith('govlog_http_request_duration_seconds_count')).length > 30);
}

async function main() {
  const packages = await loadPackages(folder);
  const server = await start(newStore('routes'));
  const { text } = await server.ask('GET', '/openapi.json');
  await attempt('lint', () => lint(packages, text, join(HERE, 'redocly.yaml')));
  const routes = new Routes(new Document(packages, text));
  await attempt('routes', () => routes.askAll(server));
  await attempt('methods', () => routes.askMethods(server));
  const guarded = await start(newStore('tokens'), { env: { GOVLOG_TOKEN: 'w-token', GOVLOG_READ_TOKEN: 'r-token' } });
  await attempt('callers', () => routes.askCallers(guarded, 'r-token', 'w-token'));
  await attempt('CloudEvents', () => cloudEvents(packages.cloudEvents, server));
  await attempt('metrics', () => metrics(server));
  await attempt('the feed', () => liveFeed(packages.EventSource, { govlog, store: newStore('feed'), start }));
  equals('SIGTERM ends them', [await server.end(), await guarded.end()], [0, 0]);
  console.log(routes.table());
}

try {
  await main();
} finally {
  for (const server of servers) if (server.process.exitCode === null && server.process.signalCode === null) await server.end('SIGKILL');
  rmSync(base, { recursive: true, force: true });
}
finish();
