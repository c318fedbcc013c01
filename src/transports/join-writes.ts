import type { Duplex } from 'node:stream';

/**
 * Has all that is written in one turn leave in one piece. ssh2 writes a packet as its length, its text and its tag: three
 * calls of the system, and three segments on the wire, as Nagle's algorithm is off.
 */
export function joinWrites(stream: Duplex): void {
  const write = stream.write.bind(stream);
  let isCorked = false;
  stream.write = (...given: unknown[]): boolean => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return Reflect.apply(write, undefined, given);
  };
}
