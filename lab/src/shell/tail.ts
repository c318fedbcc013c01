import { STRERROR } from '../machine.ts';
import { lookup } from '../files/walk.ts';
import { bytesToText, textToBytes } from './escape.ts';
import { absolute } from './operands.ts';
import type { Program } from './program.ts';
import { failed } from './ran.ts';

/** Which part of its input is wanted: the last so many bytes or lines, or all from the so-manieth on. */
interface Part {
  readonly unit: 'bytes' | 'lines';
  readonly count: number;
  readonly from: boolean;
}

/** tail(1) of one input, by the true bytes; just-bash's own takes "+N" for N. */
export const tail: Program = (call) => {
  let part: Part = { unit: 'lines', count: 10, from: false };
  const paths: string[] = [];
  for (let at = 0; at < call.argv.length; at++) {
    const word = call.argv[at] ?? '';
    const flag = /^-(?<unit>[cn])(?<count>\+?\d+)?$/.exec(word)?.groups;
    const short = /^-(?<count>\d+)$/.exec(word)?.groups;
    if (flag !== undefined) {
      const text = flag['count'] ?? call.argv[++at] ?? '';
      if (!/^\+?\d+$/.test(text))
        return failed(`tail: invalid number of ${flag['unit'] === 'c' ? 'bytes' : 'lines'}: '${text}'`);
      part = {
        unit: flag['unit'] === 'c' ? 'bytes' : 'lines',
        count: Number(text),
        from: text.startsWith('+'),
      };
    } else if (short !== undefined) part = { unit: 'lines', count: Number(short['count']), from: false };
    else if (word.startsWith('-') && word !== '-')
      return failed(`pvefleet-lab: tail ${word} is not modelled`);
    else paths.push(word);
  }
  const [path = '-', ...others] = paths;
  if (others.length > 0) return failed('pvefleet-lab: tail of several files is not modelled');
  if (path === '-') return shown(textToBytes(call.stdin), part);
  const entry = lookup(call.node.root, absolute(call, path));
  if (entry?.kind === 'file') return shown(entry.content(), part);
  if (entry === undefined) return failed(`tail: cannot open '${path}' for reading: ${STRERROR.ENOENT}`);
  return failed(`tail: error reading '${path}': ${STRERROR.EISDIR}`);
};

function shown(bytes: Buffer, { unit, count, from }: Part): ReturnType<typeof failed> {
  const done = (part: Buffer) => ({ stdout: bytesToText(part), stderr: '', exit: 0 });
  if (unit === 'bytes')
    return done(bytes.subarray(from ? Math.max(count - 1, 0) : Math.max(bytes.length - count, 0)));
  const lines = bytes.toString('latin1').split(/(?<=\n)/);
  const kept = from ? lines.slice(Math.max(count - 1, 0)) : lines.slice(Math.max(lines.length - count, 0));
  return done(Buffer.from(kept.join(''), 'latin1'));
}
