import { foldNodeSet } from '../inventory/node-set.ts';
import { cut } from '../text/columns.ts';
import type { Output } from './command.ts';

export interface AnswerCounter {
  answered(host: string): void;
  /** Takes the line away for something else to be printed; it comes again after a second. */
  hide(): void;
  /** Takes the line away. */
  end(): void;
}

/** A line on a terminal that says who has answered and who has not, once a run has taken a second. */
export function countAnswers(hosts: readonly string[], output: Output): AnswerCounter {
  const waiting = new Set(hosts);
  // Also hosts that are asked only because of what others have said.
  const known = new Set(hosts);
  let shown = false;
  const show = (): void => {
    shown = true;
    const rest = waiting.size === 0 ? '' : `; waiting for ${foldNodeSet(waiting)}`;
    const line = `${known.size - waiting.size} of ${known.size} answered${rest}`;
    output.write(`\r${cut(line, output.columns - 1)}\u001b[K`);
  };
  const showLater = () => (output.isTTY ? setTimeout(show, 1000) : undefined);
  let timer = showLater();
  return {
    answered: (host) => {
      known.add(host);
      waiting.delete(host);
      if (shown) show();
    },
    hide: () => {
      if (!shown) return;
      output.write('\r\u001b[K');
      shown = false;
      timer = showLater();
    },
    end: () => {
      clearTimeout(timer);
      if (shown) output.write('\r\u001b[K');
    },
  };
}
