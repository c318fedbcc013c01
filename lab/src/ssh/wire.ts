import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

export interface WireFaults {
  /** Milliseconds of a round trip, asked for each piece of data. */
  readonly latency: () => number;
  /** Bytes from the server after which the connection breaks. */
  readonly cutAfter: number | undefined;
}

/** A socket as a bad line makes it: each piece of data comes half a round trip late, in order, and the line may break. */
export function badWire(socket: Socket, faults: WireFaults): Duplex {
  let sent = 0;
  const wire = new Duplex({
    allowHalfOpen: false,
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      const room = (faults.cutAfter ?? Infinity) - sent;
      sent += chunk.length;
      later(() => {
        if (socket.destroyed) return;
        socket.write(chunk.subarray(0, Math.max(room, 0)));
        if (sent >= (faults.cutAfter ?? Infinity)) socket.destroySoon();
      });
      done();
    },
    final(done) {
      later(() => socket.end());
      done();
    },
    destroy(_error, done) {
      socket.destroy();
      done(null);
    },
  });
  const later = (act: () => void): void => {
    const wait = faults.latency() / 2;
    if (wait === 0) act();
    else setTimeout(act, wait);
  };
  socket.on('data', (chunk: Buffer) => later(() => wire.push(chunk)));
  socket.on('end', () => later(() => wire.push(null)));
  socket.on('close', () => wire.destroy());
  socket.on('error', () => wire.destroy());
  return wire;
}
