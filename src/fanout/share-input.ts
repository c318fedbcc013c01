import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of the input that are kept in memory; what comes after them is kept in a file. */
export const inMemory = 2 ** 20;

const pieceBytes = 64 * 2 ** 10;

/** One input for many readers, each from its beginning and at its own pace. */
export interface SharedInput {
  reader(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Shares an input. It is read no faster than the fastest of the readers wants it; what was read is kept for those that
 * are slower or begin later, in memory and then in a temporary file without a name, so that no host waits for another.
 */
export function shareInput(source: AsyncIterable<Uint8Array>, directory = tmpdir()): SharedInput {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let file: FileHandle | undefined;
  let fileBytes = 0;
  let ended = false;
  let failure: Error | undefined;
  let pulling: Promise<void> | undefined;

  const pull = async (): Promise<void> => {
    try {
      const next = await chunks.next();
      if (next.done === true) ended = true;
      else await keep(next.value);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  };
  const keep = async (chunk: Uint8Array): Promise<void> => {
    if (file === undefined && headBytes + chunk.length <= inMemory) {
      head.push(chunk);
      headBytes += chunk.length;
      return;
    }
    file ??= await openNameless(directory);
    await file.appendFile(chunk);
    fileBytes += chunk.length;
  };

  async function* read(): AsyncGenerator<Uint8Array> {
    let index = 0;
    let position = 0;
    while (true) {
      const chunk = head[index];
      if (chunk !== undefined) {
        index++;
        yield chunk;
      } else if (file !== undefined && position < fileBytes) {
        const { bytesRead, buffer } = await file.read({
          buffer: Buffer.alloc(Math.min(pieceBytes, fileBytes - position)),
          position,
        });
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      } else if (failure !== undefined) {
        throw failure;
      } else if (ended) {
        return;
      } else {
        pulling ??= pull().finally(() => {
          pulling = undefined;
        });
        await pulling;
      }
    }
  }

  return { reader: read, close: async () => file?.close() };
}

/** A file that only this process has, and that is gone with it. */
async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `pvefleet-input-${randomBytes(8).toString('hex')}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
