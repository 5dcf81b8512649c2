// Counting what holds. A failure is printed and counted, and the run goes on.
import { isDeepStrictEqual } from 'node:util';

let passed = 0;
let failed = 0;

const shown = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined ? 'undefined' : text.length > 1000 ? `${text.slice(0, 1000)}… (${text.length} characters)` : text;
};

// The error, and the place in these files that met it.
const told = (error) => {
  const [first, ...places] = String(error?.stack ?? error).split('\n');
  return [first, places.find((place) => /_clients\/(?!checks)\w+\.mjs/.test(place))?.trim()].join(' ');
};

export function holds(what, condition, ...values) {
  if (condition) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${what}${values.map((value) => `\n    ${shown(value)}`).join('')}`);
  }
  return Boolean(condition);
}

export function equals(what, got, want) {
  return holds(what, isDeepStrictEqual(got, want), `got      ${shown(got)}`, `expected ${shown(want)}`);
}

/** Runs `body`; what it throws is a failure of `what`. */
export async function attempt(what, body) {
  try {
    return await body();
  } catch (error) {
    holds(what, false, told(error));
    return undefined;
  }
}

/** `body` must throw a JSON-RPC error of this code. */
export async function refuses(what, code, body, message = /./) {
  try {
    const answer = await body();
    holds(`${what}: is refused`, false, answer);
  } catch (error) {
    holds(`${what}: is refused with ${code}`, error?.code === code && message.test(String(error.message)), told(error));
  }
}

/** Whether `condition` comes true within so many milliseconds. */
export async function within(milliseconds, condition) {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (await condition()) return true;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  return Boolean(await condition());
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
