// make_manifest.mjs GOVLOG: manifest.json with the version, tools and prompts that GOVLOG itself tells of, on standard output.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const govlog = process.argv[2];
const manifest = JSON.parse(readFileSync(new URL('manifest.json', import.meta.url), 'utf8'));

function ask(...methods) {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  const lines = methods.map((method, id) => JSON.stringify({ jsonrpc: '2.0', id, method, params: { _meta: meta } }) + '\n');
  // Lists are answered without a store, and none is made there.
  const out = execFileSync(govlog, ['--db', '/nonexistent/govlog', 'mcp'], { input: lines.join(''), encoding: 'utf8', maxBuffer: 1 << 24 });
  const answers = out.trim().split('\n').map((line) => JSON.parse(line));
  return methods.map((_, id) => answers.find((answer) => answer.id === id).result);
}

const [{ tools }, { prompts }] = ask('tools/list', 'prompts/list');
manifest.version = execFileSync(govlog, ['--version'], { encoding: 'utf8' }).trim().split(' ').pop();
manifest.tools = tools.map(({ name, description }) => ({ name, description }));
manifest.tools_generated = false;
// A manifest must hold a prompt's text; ours are made from the store when they are asked for.
manifest.prompts = prompts.map(({ name, description, arguments: given = [] }) => ({
  name,
  description,
  arguments: given.map((one) => one.name),
  text: [description, ...given.map((one) => `${one.name}: \${arguments.${one.name}}`)].join('\n'),
}));
manifest.prompts_generated = true;
process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
