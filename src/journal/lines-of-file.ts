import { createReadStream } from 'node:fs';

const lineFeed = 0x0a;

/** Hands a file's whole lines over, without their ends; gives what stands after the last line break. */
export async function linesOfFile(path: string, take: (line: string) => void): Promise<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    const end = chunk.lastIndexOf(lineFeed);
    if (end === -1) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const whole = Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = Buffer.from(chunk.subarray(end + 1));
    for (const line of whole.toString('utf8').split('\n')) take(line);
  }
  return rest.toString('utf8');
}
