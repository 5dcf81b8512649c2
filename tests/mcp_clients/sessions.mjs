// One face for the clients of both generations: the TypeScript SDK 1.x (initialize) and 2.x (a version in each request).
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** Opens sessions with the packages of FOLDER/node_modules. */
export function loadClients(folder) {
  const require = createRequire(resolve(folder, 'none.js'));
  const legacy = {
    ...require('@modelcontextprotocol/sdk/client/index.js'),
    ...require('@modelcontextprotocol/sdk/client/stdio.js'),
    ...require('@modelcontextprotocol/sdk/types.js'),
  };
  const modern = { ...require('@modelcontextprotocol/client'), ...require('@modelcontextprotocol/client/stdio') };
  return { legacy, modern, Ajv: require('ajv/dist/2020.js').default };
}

export const GENERATIONS = ['sdk 1', 'sdk 2, 2026-07-28', 'sdk 2, auto', 'sdk 2, initialize'];

const MODES = { 'sdk 2, 2026-07-28': { pin: '2026-07-28' }, 'sdk 2, auto': 'auto', 'sdk 2, initialize': 'legacy' };

export class Session {
  /** `command` is what starts the server. */
  static async open(clients, generation, command, env = {}) {
    const session = new Session();
    session.modern = generation !== 'sdk 1' && generation !== 'sdk 2, initialize';
    session.first = generation === 'sdk 1';
    session.updates = [];
    const packages = generation === 'sdk 1' ? clients.legacy : clients.modern;
    session.transport = new packages.StdioClientTransport({
      command: command[0],
      args: command.slice(1),
      env: { ...process.env, ...env },
      stderr: 'pipe',
    });
    session.errors = '';
    session.transport.stderr?.on('data', (bytes) => (session.errors += bytes));
    const options = generation === 'sdk 1' ? {} : { versionNegotiation: { mode: MODES[generation] } };
    session.client = new packages.Client({ name: 'govlog-test', version: '1' }, options);
    const update = (notification) => void session.updates.push({ uri: notification.params.uri, at: Date.now() });
    if (generation === 'sdk 1') {
      session.client.setNotificationHandler(packages.ResourceUpdatedNotificationSchema, update);
    } else {
      session.client.setNotificationHandler('notifications/resources/updated', update);
    }
    await session.client.connect(session.transport);
    return session;
  }

  get pid() {
    return this.transport.pid;
  }

  call(name, args) {
    return this.client.callTool({ name, arguments: args });
  }

  /** Calls a tool and hears of its progress: the result, and what came before it. */
  async callWatched(name, args) {
    const progress = [];
    const options = { onprogress: (one) => void progress.push(one) };
    const [request, ...rest] = [{ name, arguments: args }, ...(this.first ? [undefined, options] : [options])];
    return { result: await this.client.callTool(request, ...rest), progress };
  }

  complete(ref, name, value, context) {
    return this.client.complete({ ref, argument: { name, value }, ...(context ? { context: { arguments: context } } : {}) });
  }

  /** Asks for news of `uris`; the answer ends it. */
  async watch(uris) {
    if (this.modern) {
      const subscription = await this.client.listen({ resourceSubscriptions: uris });
      return { honoured: subscription.honoredFilter.resourceSubscriptions, stop: () => subscription.close() };
    }
    for (const uri of uris) await this.client.subscribeResource({ uri });
    return { honoured: uris, stop: async () => { for (const uri of uris) await this.client.unsubscribeResource({ uri }); } };
  }

  /** How often each URI was told of since `mark` (a length of `updates`). */
  countsSince(mark) {
    const counts = {};
    for (const { uri } of this.updates.slice(mark)) counts[uri] = (counts[uri] ?? 0) + 1;
    return counts;
  }

  close() {
    return this.client.close();
  }
}
