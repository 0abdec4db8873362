// @hocuspocus/server with nothing stored, in a process of its own. Prints its port; collects garbage on SIGUSR2.
import { Server } from '@hocuspocus/server';

const server = new Server({ port: 0, address: '127.0.0.1', quiet: true });
process.on('SIGUSR2', () => globalThis.gc?.());
await server.listen();
console.log(JSON.stringify({ port: server.address.port }));
