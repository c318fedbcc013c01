import { fstatSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Writes lines to the end of a file, in the order in which they are given. */
export interface Appender {
  /** Resolves when the line is on disk. Once a write has failed every other one fails: a gap would break the chain. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly text: string;
  readonly written: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Opens a new file, for its owner only. Lines that come while the disk is busy share the next write and its fdatasync, so
 * a hundred steps that begin at once cost a few of them.
 */
export async function openAppender(path: string): Promise<Appender> {
  const file = await open(path, 'ax', 0o600);
  let waiting: Waiting[] = [];
  let broken: Error | undefined;
  let busy: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    // All that follows from what came in together goes into one write.
    await setImmediate();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        // Into the page cache, at once: it is the disk that is waited for.
        writeFileSync(file.fd, batch.map(({ text }) => text).join(''));
        await file.datasync();
        // A file that was removed takes all that is written to it, and is gone with the run.
        if (fstatSync(file.fd).nlink === 0)
          throw Object.assign(new Error(`${path} was removed`), { code: 'ENOENT' });
        for (const { written } of batch) written();
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        for (const { failed } of [...batch, ...waiting]) failed(broken);
        waiting = [];
      }
    }
    busy = undefined;
  };

  return {
    append(line) {
      if (broken !== undefined) return Promise.reject(broken);
      return new Promise((written, failed) => {
        waiting.push({ text: `${line}\n`, written, failed });
        busy ??= writeAll();
      });
    },
    async close() {
      await busy;
      await file.close();
    },
  };
}
