// The feed as an EventSource sees it, while the server is killed and comes back on the same port.
import { execFileSync } from 'node:child_process';

import { equals, holds, within } from '../mcp_clients/checks.mjs';

const PATIENCE = 15_000;

export async function liveFeed(EventSource, { govlog, store, start }) {
  const line = (...words) => execFileSync(govlog, ['--db', store, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  let count = 0;
  const append = () => line('append', '--type', 'Noted', '--entity', `note/live-${(count += 1)}`, '--data', '{}');
  const exported = () => line('export').trimEnd().split('\n');

  const server = await start(store);
  const source = new EventSource(`${server.url}/governance/events?after=50`);
  const seen = [];
  let opened = 0;
  source.addEventListener('open', () => (opened += 1));
  source.addEventListener('message', ({ lastEventId, data }) => seen.push([Number(lastEventId), data]));
  /** Every event behind 50, each once, as it is exported. */
  const whole = async (when) => {
    const expected = exported().slice(50).map((data, index) => [51 + index, data]);
    await within(PATIENCE, () => seen.length >= expected.length);
    equals(`${when}, the feed has neither gap nor repeat`, seen, expected);
  };
  try {
    await whole('from a position on');
    append();
    await whole('as it happens');
    for (const round of [1, 2]) {
      const running = round === 1 ? server : await start(store, { port: server.port });
      if (round === 2) await whole('after the first kill');
      append();
      await whole(`in round ${round}`);
      equals(`kill -9 ends it, round ${round}`, await running.end('SIGKILL'), 'SIGKILL');
      append(); // while nobody serves
    }
    await start(store, { port: server.port });
    append();
    await whole('after the second kill');
    holds('it was opened once for each server', opened === 3, opened);
  } finally {
    source.close();
  }
}
