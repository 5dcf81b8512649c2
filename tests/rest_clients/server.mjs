// `govlog serve` as a process of its own, and requests to it.
import { spawn } from 'node:child_process';
import http from 'node:http';
import { createInterface } from 'node:readline';

const PATIENCE = 20_000;

export class Server {
  /** Resolves when it listens. `port` 0: any that is free. */
  static async start(govlog, store, { words = [], port = 0, env = {} } = {}) {
    const server = new Server();
    const given = { ...process.env, ...env };
    for (const name of ['GOVLOG_DB', 'GOVLOG_ACTOR', ...(env.GOVLOG_TOKEN ? [] : ['GOVLOG_TOKEN', 'GOVLOG_READ_TOKEN'])]) delete given[name];
    server.process = spawn(govlog, ['--db', store, 'serve', '--listen', `127.0.0.1:${port}`, ...words], { env: given, stdio: ['ignore', 'ignore', 'pipe'] });
    server.ended = new Promise((resolve) => server.process.once('exit', (code, signal) => resolve(signal ?? code)));
    const lines = createInterface({ input: server.process.stderr });
    server.port = await new Promise((resolve, reject) => {
      lines.on('line', (line) => line.startsWith('listening on ') && resolve(Number(line.slice(line.lastIndexOf(':') + 1))));
      server.ended.then((how) => reject(new Error(`no server: it ended with ${how}`)));
    });
    server.url = `http://127.0.0.1:${server.port}`;
    server.agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    return server;
  }

  /** `{status, headers, text}`. Of an event stream, which never ends, what comes up to the first empty line. */
  ask(method, target, { headers = {}, body, announce } = {}) {
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, method, path: target, headers, agent: this.agent, timeout: PATIENCE });
      request.once('timeout', () => request.destroy(new Error(`${method} ${target}: no answer in ${PATIENCE} ms`)));
      request.once('error', reject);
      request.once('response', (response) => {
        const stream = String(response.headers['content-type']).startsWith('text/event-stream');
        let text = '';
        const done = () => {
          resolve({ status: response.statusCode, headers: response.headers, text });
          if (stream || announce) request.destroy();
        };
        response.setEncoding('utf8');
        response.on('data', (piece) => {
          text += piece;
          if (stream && text.includes('\n\n')) done();
        });
        response.once('end', done);
        response.once('error', reject);
      });
      if (announce) request.setHeader('Content-Length', announce); // a body that is told of, and never sent
      if (announce) request.flushHeaders();
      else request.end(body);
    });
  }

  /** How it ended: its exit code, or the signal. */
  end(signal = 'SIGTERM') {
    this.agent.destroy();
    this.process.kill(signal);
    return this.ended;
  }
}
