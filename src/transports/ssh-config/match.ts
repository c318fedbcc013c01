import { matchesPatterns } from '../wildcards.ts';
import type { ConfigLine, ConfigProblem } from './config-line.ts';

/** Whether a condition holds; "unknown" where that would take what only OpenSSH does. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** What a Match line is compared with. */
export interface Seen {
  /** As it was named to ssh. */
  readonly host: string;
  /** As HostName has it so far. */
  readonly hostname: string;
  readonly user: string;
  readonly localUser: string;
  /** The second time over the files. */
  readonly final: boolean;
}

export interface JudgedMatch {
  readonly verdict: Verdict;
  /** The files are to be read a second time. */
  readonly final: boolean;
  readonly problem?: ConfigProblem;
}

/** Judges a Match line, criterion by criterion; `exec` and what is newer than OpenSSH 9.2 is unknown where all others hold. */
export function judgeMatch({ words, place }: ConfigLine, seen: Seen): JudgedMatch {
  const left = words.flatMap((word, index) => splitCriterion(word, words[index - 1]));
  let verdict: Verdict = 'yes';
  let final = false;
  while (left.length > 0) {
    const word = left.shift() ?? '';
    const negated = word.startsWith('!');
    const criterion = word.slice(negated ? 1 : 0).toLowerCase();
    let holds: Verdict;
    if (criterion === 'all') holds = 'yes';
    else if (criterion === 'canonical' || criterion === 'final') {
      final ||= criterion === 'final';
      holds = seen.final ? 'yes' : 'no';
    } else {
      const argument = left.shift();
      if (argument === undefined)
        return { verdict: 'no', final, problem: { place, whatIs: `Match ${word} has no argument` } };
      holds = judgeCriterion(criterion, argument.split(','), seen);
    }
    verdict = and(verdict, negated ? not(holds) : holds);
  }
  return { verdict, final };
}

/** "host=pve*" is "host pve*". */
function splitCriterion(word: string, before: string | undefined): readonly string[] {
  const [, criterion, argument] = /^(!?[a-z]+)=(.*)$/isu.exec(word) ?? [];
  const isArgument = before !== undefined && /^!?(?:host|originalhost|user|localuser|exec)$/iu.test(before);
  return criterion === undefined || argument === undefined || isArgument ? [word] : [criterion, argument];
}

function judgeCriterion(criterion: string, patterns: readonly string[], seen: Seen): Verdict {
  switch (criterion) {
    case 'host':
      return yesNo(matchesPatterns(patterns, seen.hostname));
    case 'originalhost':
      return yesNo(matchesPatterns(patterns, seen.host));
    case 'user':
      return yesNo(matchesPatterns(patterns, seen.user));
    case 'localuser':
      return yesNo(matchesPatterns(patterns, seen.localUser));
    default:
      return 'unknown';
  }
}

function yesNo(holds: boolean): Verdict {
  return holds ? 'yes' : 'no';
}

function not(verdict: Verdict): Verdict {
  return verdict === 'unknown' ? 'unknown' : yesNo(verdict === 'no');
}

function and(one: Verdict, other: Verdict): Verdict {
  if (one === 'no' || other === 'no') return 'no';
  return one === 'unknown' || other === 'unknown' ? 'unknown' : 'yes';
}
