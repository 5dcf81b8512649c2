// The Model Context Protocol's own conformance suite, both of its frozen lists of requirements, against two servers:
//
//   node run.mjs GOVLOG CONFORMANCE_SERVER BUILD
//
// `conformance_server`, which has the fixtures that the suite asks for, must pass all that is required; `govlog serve`, whose tools are its own, all that
// needs none of them (without_fixtures.yml lists what does). BUILD: where the suite is installed (scripts/deps --tests).
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [govlog, fixtures, build] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const suite = join(build, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
const directory = mkdtempSync(join(tmpdir(), "govlog-conformance-"));
let passed = 0;
let failed = 0;

function started(program, args, stream) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
    child.stdout.resume();
    child.stderr.resume();
    child[stream].on("data", (data) => {
      said += data;
      const url = /listening on (http:\S+)/.exec(said);
      if (url) resolve({ child, url: `${url[1]}/mcp` });
    });
  });
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [suite, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.stderr.on("data", (data) => (said += data));
    child.on("exit", (code) => resolve({ code, said }));
  });
}

async function check(name, url, more) {
  for (const version of ["2025-11-25", "2026-07-28"]) {
    const results = join(directory, `${name}-${version}`);
    const { code, said } = await run(["server", "--url", url, "--requirements", version, "-o", results, ...more]);
    const summary = said.includes("=== SUMMARY ===") ? said.slice(said.indexOf("=== SUMMARY ===")) : said.slice(-3000);
    console.log(`-- ${name}, ${version}: exit ${code}`);
    console.log(code === 0 ? summary.split("\n").filter((line) => !line.startsWith("✓")).join("\n").trim() : summary.trim());
    if (code === 0) passed += 1;
    else failed += 1;
  }
}

const servers = [];
try {
  servers.push(await started(fixtures, [], "stdout"));
  await check("conformance_server", servers[0].url, []);
  servers.push(await started(govlog, ["serve", "--db", join(directory, "store"), "--listen", "127.0.0.1:0", "--quiet"], "stderr"));
  await check("govlog serve", servers[1].url, ["--expected-failures", join(here, "without_fixtures.yml")]);
} catch (error) {
  console.log(`FAILED: ${error.message}`);
  failed += 1;
} finally {
  for (const { child } of servers) {
    child.removeAllListeners("exit");
    child.stdin.end();
    child.kill("SIGTERM");
    await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.on("exit", resolve) : resolve()));
  }
  rmSync(directory, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
