import type { Readable } from 'node:stream';

/** How long a command that seems to read no input waits for some, if its client does not close it: a terminal never does. */
const GRACE_MS = 200;

/** Programs that read standard input when they get fewer operands than this. */
const OPERANDS: Readonly<Record<string, number>> = {
  awk: 2,
  base64: 1,
  bash: 1,
  cat: 1,
  cut: 1,
  dd: Infinity,
  grep: 2,
  head: 1,
  jq: 2,
  md5sum: 1,
  read: Infinity,
  sed: 2,
  sh: 1,
  sha1sum: 1,
  sha256sum: 1,
  sort: 1,
  tail: 1,
  tar: 2,
  tee: Infinity,
  tr: Infinity,
  wc: 1,
  xargs: Infinity,
};

/** Whether shell text reads its standard input, as far as its words tell: the first program of a pipeline that lacks an operand. */
export function readsInput(command: string): boolean {
  if (/\/dev\/stdin|(^|\s)-(\s|$)/.test(command)) return true;
  return command.split(/;|\n|&&|\|\|/).some((pipeline) => {
    const [first = ''] = pipeline.split('|');
    const words = (first.replace(/\d?>>?\s*\S+/g, ' ').match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).filter(
      (word) => !/^(\w+=.*|[({!]|if|then|while|do|exec|env|sudo|LC_ALL)$/.test(word),
    );
    const [program = '', ...rest] = words;
    const wanted = OPERANDS[program.split('/').pop() ?? ''];
    const isShellText = /^(ba)?sh$/.test(program) && rest.some((word) => word.startsWith('-c'));
    if (wanted === undefined || isShellText || first.includes('<')) return false;
    return rest.filter((word) => !word.startsWith('-')).length < wanted;
  });
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
