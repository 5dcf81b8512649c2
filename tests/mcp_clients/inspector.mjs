// The inspector's command line: what a person who tries a server out sees of ours.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { attempt, equals, holds } from './checks.mjs';
import { TOOLS } from './schema_rules.mjs';

const PROGRAM = 'node_modules/@modelcontextprotocol/inspector/clients/cli/build/index.js';

function run(folder, home, words) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve(folder, PROGRAM), ...words], { env: { ...process.env, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
    const ran = { out: '', err: '' };
    child.stdout.on('data', (bytes) => (ran.out += bytes));
    child.stderr.on('data', (bytes) => (ran.err += bytes));
    child.on('close', (code) => done({ ...ran, code }));
  });
}

export async function inspect(folder, govlog, store, line, timeless) {
  const home = mkdtempSync(join(tmpdir(), 'govlog-inspector-'));
  const coverage = timeless(line(store, ['coverage']), {});
  try {
    const drive = async (era) => {
      const ask = async (what, code, words, check) =>
        attempt(`inspector, ${era}: ${what}`, async () => {
          const ran = await run(folder, home, ['--protocol-era', era, '--format', 'json', ...words, '--', govlog, '--db', store, 'mcp']);
          if (!holds(`inspector, ${era}: ${what}: exit ${code}`, ran.code === code, ran)) return;
          if (check !== undefined) check(JSON.parse(ran.out));
        });
      await ask('initialize', 0, ['--method', 'initialize']);
      await ask('tools, strictly', 0, ['--method', 'tools/list', '--strict'], ({ result, tools }) =>
        equals(`inspector, ${era}: tools`, (tools ?? result.tools).map((tool) => tool.name), TOOLS));
      await ask('a call', 0, ['--method', 'tools/call', '--tool-name', 'query_coverage', '--tool-args-json', '{}'], (answer) =>
        equals(`inspector, ${era}: the answer`, timeless((answer.result ?? answer).content[0].text, {}), coverage));
      await ask('a call with an argument', 0, ['--method', 'tools/call', '--tool-name', 'query_timeline', '--tool-arg', 'limit=5', 'order=asc']);
      await ask('a call that fails', 5, ['--method', 'tools/call', '--tool-name', 'time_travel', '--tool-arg', 'entity_id=nothing']);
      await ask('resources', 0, ['--method', 'resources/list']);
      await ask('templates', 0, ['--method', 'resources/templates/list']);
      await ask('a resource', 0, ['--method', 'resources/read', '--uri', 'govlog://coverage'], (answer) =>
        equals(`inspector, ${era}: the resource`, timeless((answer.result ?? answer).contents[0].text, {}), coverage));
      await ask('prompts', 0, ['--method', 'prompts/list']);
      await ask('a prompt', 0, ['--method', 'prompts/get', '--prompt-name', 'impact_review', '--prompt-args', 'change_request_id=CR-3']);
    };
    await Promise.all(['legacy', 'modern'].map(drive));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
