// A server of the official TypeScript SDK whose one tool answers nothing: what a call over standard input and output costs at least, there.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const server = new McpServer({ name: 'reference', version: '1' });
server.registerTool('nothing', { description: 'Answers nothing.' }, async () => ({ content: [] }));
await server.connect(new StdioServerTransport());
