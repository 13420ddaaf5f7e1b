import {readFileSync} from 'node:fs';
import {createServer} from 'node:net';

// Where the system takes the near end of outgoing connections from: a port in there that is free
// now may be somebody's a moment later, before the server that it is meant for listens.
const outgoing = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t')[0]);
const lowest = 10_000;

const listens = (port) => new Promise((resolve) => {
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
});

// A port on loopback that nobody listens on right now, and that no connection takes meanwhile.
export async function freePort() {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (outgoing - lowest));
    if (await listens(port)) return port;
  }
}
