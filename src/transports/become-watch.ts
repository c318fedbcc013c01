import type { Become } from '../inventory/node.ts';
import type { BecomeMarks } from './become-script.ts';

/** What sudo or su waits for: a password, or something that only a person knows. */
export type Question = { readonly for: 'password' } | { readonly for: 'more'; readonly text: string };

export interface BecomeWatch {
  /** Takes a piece of stderr, and gives what of it the command has written. */
  take(chunk: Buffer): Buffer;
  /** What was written before the command began, as text. */
  said(): string;
  readonly began: boolean;
}

export interface BecomeSigns {
  readonly onQuestion: (question: Question) => void;
  readonly onStart: () => void;
}

/** More than any greeting of sudo's; older text is forgotten. */
const mostBytes = 64 * 1024;

/** Reads stderr up to the start mark, and tells of each question before it. */
export function watchBecoming(
  method: Become['method'],
  { hello, prompt, start }: BecomeMarks,
  { onQuestion, onStart }: BecomeSigns,
): BecomeWatch {
  const mark = Buffer.from(`${start}\n`);
  const helloMark = Buffer.from(`${hello}\n`);
  let isTheirs = false;
  let head = Buffer.alloc(0);
  let answered = 0;
  let began = false;
  return {
    get began() {
      return began;
    },
    said: () => head.toString('utf8').replaceAll(prompt, '').trim(),
    take: (chunk) => {
      if (began) return chunk;
      head = Buffer.concat([head, chunk]);
      const at = head.indexOf(mark);
      if (at >= 0) {
        began = true;
        const own = head.subarray(at + mark.length);
        head = head.subarray(0, at);
        onStart();
        return own;
      }
      const theirs = isTheirs ? -1 : head.indexOf(helloMark);
      if (theirs >= 0) {
        isTheirs = true;
        head = head.subarray(theirs + helloMark.length);
      }
      const question = isTheirs ? questionIn(head.toString('utf8', answered), method, prompt) : undefined;
      if (question !== undefined) {
        answered = head.length;
        onQuestion(question);
      }
      if (head.length > mostBytes) {
        answered = Math.max(0, answered - (head.length - mostBytes));
        head = head.subarray(head.length - mostBytes);
      }
      return Buffer.alloc(0);
    },
  };
}

/** A question is a line that has no end. */
function questionIn(text: string, method: Become['method'], prompt: string): Question | undefined {
  if (text.includes(prompt)) return { for: 'password' };
  const line = text.slice(text.lastIndexOf('\n') + 1);
  // sudo and shells write their messages in pieces: "sudo: " comes alone, and is no question.
  if (/^(?:sudo|su|-?\w*sh): /u.test(line) || !/(?:[:?] |：)$/u.test(line)) return undefined;
  // su's own prompt is in no way ours, and in the node's language; PAM modules of sudo may have theirs.
  return method === 'su' || /passw|passphrase/iu.test(line)
    ? { for: 'password' }
    : { for: 'more', text: line.trim() };
}
