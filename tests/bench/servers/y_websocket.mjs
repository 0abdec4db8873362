// @y/websocket-server with nothing stored, in a process of its own. Prints its port; collects garbage on SIGUSR2.
import http from 'node:http';
import { setupWSConnection } from '@y/websocket-server/utils';
import { WebSocketServer } from 'ws';

const server = http.createServer((request, response) => response.end());
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket, request) => setupWSConnection(socket, request));
process.on('SIGUSR2', () => globalThis.gc?.());
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
