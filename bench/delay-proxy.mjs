// A TCP proxy that is as far away as it is told: node bench/delay-proxy.mjs HOST PORT TO-HOST TO-PORT ROUND-TRIP-MS
import { connect, createServer } from 'node:net';

const [host, port, toHost, toPort, roundTrip] = process.argv.slice(2);
const half = Number(roundTrip) / 2;

createServer({ noDelay: true }, (client) => {
  const server = connect({ host: toHost, port: Number(toPort), noDelay: true });
  // The kernel has accepted at once; over the distance that would have taken a round trip.
  later(client, server, half + 2 * half);
  later(server, client, 4 * half);
}).listen(Number(port), host, () => console.log('listening'));

/** Hands on what comes from one socket to the other, all of it late by as much. */
function later(from, to, first) {
  let due = performance.now() + first;
  const pass = (act) => {
    due = Math.max(due, performance.now() + half);
    setTimeout(() => act(), due - performance.now());
  };
  from.on('data', (chunk) => pass(() => to.write(chunk)));
  from.on('end', () => pass(() => to.end()));
  from.on('error', () => to.destroy());
}
