import type { Answer, Answers } from '../actions/host/answers.ts';
import { placesOf, plain, valueOf } from '../actions/host/answers.ts';
import type { HostRead } from '../actions/host/facts.ts';
import { covers, subjectOf } from '../actions/host/join-reads.ts';
import type { Touched } from '../actions/host/touches.ts';
import { isTouched } from '../actions/host/touches.ts';

/** Who has read: a host, as a user of it and with an environment. */
export type Reader = string;

/** What a host answered to one read. */
interface Known {
  readonly read: HostRead;
  readonly answer: Answer;
  /** Of the moment before it was asked for. */
  readonly moment: number;
  /** Our clock then, in seconds. */
  readonly asked: number;
}

/** Answers older than this, in seconds, are not counted on: others than this run change hosts too. */
const GOOD_FOR_SECONDS = 60;

/** What hosts have answered in this run, and what has been done since that may have made it untrue. */
export interface Knowledge {
  /** Grows with each read and each act. */
  moment(): number;
  /** To be called just before something is asked for. */
  ask(): Asked;
  /** Keeps what was answered to these reads. */
  keep(reader: Reader, reads: readonly HostRead[], answers: Answers, asked: Asked): void;
  /** The answer to a read, if it is known since that moment and nothing has been done that may have made it untrue. */
  find(reader: Reader, read: HostRead, since: number): Answer | undefined;
  /** The clock of a reader's host now, in seconds since 1970. */
  clock(reader: Reader): number;
  /**
   * Notes that something was done; gives the paths by all their names. Hosts share files, those of their cluster and of their
   * storages: it counts for all of them.
   */
  touch(reader: Reader, touched: Touched): Touched;
}

/** When something was asked for. */
export interface Asked {
  readonly moment: number;
  /** Our clock, in seconds. */
  readonly at: number;
}

export function createKnowledge(now: () => number = () => performance.now() / 1000): Knowledge {
  const known = new Map<Reader, Map<string, Known[]>>();
  const touches: { readonly moment: number; readonly touched: Touched }[] = [];
  /** By how much the clock of a reader's host was ahead of ours when it last answered, in seconds. */
  const clocks = new Map<Reader, number>();
  let moment = 0;
  let allTouched = 0;

  const isGood = (one: Known, wanted: HostRead, since: number): boolean =>
    one.moment >= since &&
    one.moment >= allTouched &&
    covers(one.read, wanted) &&
    now() - one.asked <= GOOD_FOR_SECONDS &&
    !touches.some((each) => each.moment > one.moment && isTouched(wanted, one.answer, each.touched));

  return {
    moment: () => ++moment,
    ask: () => ({ moment: ++moment, at: now() }),
    keep(reader, reads, { now: hostClock, answers }, asked) {
      const own = known.get(reader) ?? new Map<string, Known[]>();
      known.set(reader, own);
      clocks.set(reader, hostClock - asked.at);
      for (const [index, read] of reads.entries()) {
        const subject = subjectOf(read);
        const others = (own.get(subject) ?? []).filter((other) => !covers(read, other.read));
        const answer = answers[index] ?? [];
        own.set(subject, [...others, { read, answer, moment: asked.moment, asked: asked.at }]);
      }
    },
    find: (reader, read, since) =>
      known
        .get(reader)
        ?.get(subjectOf(read))
        ?.find((one) => isGood(one, read, since))?.answer,
    clock(reader) {
      const isAhead = clocks.get(reader);
      return isAhead === undefined ? 0 : Math.floor(isAhead + now());
    },
    touch(reader, touched) {
      const all = [...(known.get(reader)?.values() ?? [])].flat();
      const places = touched === 'anything' ? touched : placesTouched(touched, all);
      moment++;
      if (places !== 'anything') touches.push({ moment, touched: places });
      else {
        allTouched = moment;
        touches.length = 0;
      }
      return places;
    },
  };
}

/** These paths by all their names; anything, where one is not known, is a link itself, or is a file with other names. */
function placesTouched(paths: readonly string[], known: readonly Known[]): Touched {
  const found = paths.map((path) => {
    const own = known.filter(
      ({ read, answer }) => read.read === 'path' && placesOf(read.path, answer).includes(path),
    );
    const isPlain = own.length > 0 && own.every(({ answer }) => hasOneName(path, answer));
    return isPlain
      ? own.flatMap(({ read, answer }) => (read.read === 'path' ? placesOf(read.path, answer) : []))
      : undefined;
  });
  return found.includes(undefined) ? 'anything' : [...new Set(found.flatMap((places) => places ?? []))];
}

function hasOneName(path: string, answer: Answer): boolean {
  if (valueOf(answer, 'target') !== undefined && plain(valueOf(answer, 'real') ?? '') !== path) return false;
  const [mode = '', , , , , , links] = (valueOf(answer, 'followed') ?? '').split(' ');
  return !(mode.startsWith('8') && Number(links) > 1);
}
