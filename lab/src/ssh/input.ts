import type { Readable } from 'node:stream';

/** How long a command that reads no input waits for some, if its client does not close it: a terminal never does. */
const GRACE_MS = 200;

/** Programs that read standard input when they get no file. */
const READERS =
  /(^|[\s;&|({])(awk|base64|bash|cat|cut|dd|grep|head|install|jq|qm|pct|pvesh|read|sed|sh|sha1sum|sort|tail|tar|tee|tr|wc|while|xargs)\b/;

/** Whether shell text may read its standard input. */
export function mayReadInput(command: string): boolean {
  return READERS.test(command);
}

/**
 * All that the client sends until it closes its side. The shell takes its input whole, so a command that may read waits for the end;
 * another waits only for what comes at once.
 */
export async function collectInput(
  stream: Readable,
  waitsForEnd: boolean,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (stream.readableEnded) return Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    const timer = waitsForEnd ? undefined : setTimeout(() => resolve(), GRACE_MS);
    stream.on('data', (chunk: Buffer) => {
      clearTimeout(timer);
      chunks.push(chunk);
    });
    stream.once('end', () => {
      clearTimeout(timer);
      resolve();
    });
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return Buffer.concat(chunks);
}
