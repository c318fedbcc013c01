import type { Diagnostic } from '../diagnostic.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { askMembers, hostsOf } from './ask-members.ts';
import type { Exec } from './exec.ts';
import { heldByOther, lockLost, noLock, notGivenBack } from './lock-trouble.ts';
import type { LockAnswer, LockHolder } from './lock-script.ts';
import {
  giveBackLockScript,
  hasLockScript,
  LOCK_EXPIRES_SECONDS,
  renewLockScript,
  takeLockScript,
} from './lock-script.ts';
import { pause } from './pause.ts';

const RENEW_SECONDS = 30;
/** Before a renewal that failed is tried again. */
const RETRY_SECONDS = 5;
/** A lock that could not be renewed for so long, though somebody was asked, may be another's before a new try has ended. */
const LOST_SECONDS = LOCK_EXPIRES_SECONDS - 20;
/**
 * Where no member answers, as when the only node of the run restarts, nothing can be begun there, and whether another run has
 * taken the lock is seen by the first that answers again. The lock of a lone node is on that node alone: nobody else can take
 * it meanwhile. Nor can anybody take that of a cluster without quorum, as one of two nodes has none while the other restarts.
 */
const MOST_SECONDS = 1800;
/** Between two tries to take a lock that another run has. */
const WAIT_SECONDS = 2;

/**
 * The locks of the clusters (and lone nodes) that a run changes: one run changes a cluster at a time. Each is renewed by
 * this process, so that it expires by itself when this process or its way to the nodes is gone.
 */
export interface ClusterLocks {
  /** Takes those that the run has not yet, before it changes anything there: all of them or none. */
  take(clusters: readonly Snapshot[]): Promise<Taken>;
  /** Shell text that holds on a node while the run has the lock of its cluster. */
  readonly mayChange: string;
  /** Aborted when one was lost: no new step may be started. */
  readonly signal: AbortSignal;
  /** Why it was lost. */
  lost(): Diagnostic | undefined;
  /** Gives all back; says what could not be. */
  giveBack(): Promise<readonly Diagnostic[]>;
}

export interface Taken {
  /** Why none was taken; empty when all are. */
  readonly refused: readonly Diagnostic[];
  /** Another run was waited for: what was read before has changed since. */
  readonly waited: boolean;
}

export interface LockOptions {
  readonly holder: LockHolder;
  /** Runs whose lock this one continues: it takes it from them, even if it has not expired. */
  readonly mayTakeOver: readonly string[];
  readonly exec: Exec;
  /** Seconds to wait for another run before it is refused. */
  readonly waitSeconds: number;
  /** Told once, when it begins to wait. */
  readonly onWait: (why: readonly Diagnostic[]) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Aborted by who waits for no node any more: locks are then left to expire, as what was begun may go on. */
  readonly leave?: AbortSignal;
}

interface Held {
  readonly cluster: string;
  /** Of how long no renewal may come to something after somebody could be asked; then it counts as lost. */
  readonly lostSeconds: number;
  /** Members to ask, the one that answered last first. */
  hosts: readonly string[];
  /** By performance.now(), before it was asked for: it expires 120 s later or after. */
  renewed: number;
  /** Until then it was renewed, or nobody could be asked, or take it. */
  safe: number;
  /** A renewal that is under way. Of two at once one would find a lock that the other makes anew. */
  asking: Promise<number> | undefined;
  readonly stop: AbortController;
  renewing: Promise<void>;
}

export function createClusterLocks(options: LockOptions): ClusterLocks {
  const { holder, exec } = options;
  const held = new Map<string, Held>();
  const stopped = new AbortController();
  let lost: Diagnostic | undefined;

  const ask = (one: Held, script: string) => askMembers(one, exec, script);

  const lose = (one: Held, why: string): void => {
    lost ??= lockLost(one.cluster, why);
    stopped.abort();
    one.stop.abort();
  };

  /** Seconds after which it is to be renewed again. */
  const askForRenewal = async (one: Held): Promise<number> => {
    const asked = performance.now();
    const answer = await ask(one, renewLockScript(holder));
    const now = performance.now();
    if ('is' in answer && answer.is === 'ours') {
      one.renewed = one.safe = asked;
      return RENEW_SECONDS;
    }
    if ('is' in answer && answer.is === 'held') lose(one, nowHeldBy(answer.by, holder));
    if (!('is' in answer) || answer.is === 'no quorum') one.safe = now;
    if (now - one.safe > one.lostSeconds * 1000 || now - one.renewed > MOST_SECONDS * 1000)
      lose(one, `it could not be renewed: ${whyNot(answer)}`);
    return RETRY_SECONDS;
  };

  const renew = (one: Held): Promise<number> => {
    one.asking ??= askForRenewal(one).finally(() => (one.asking = undefined));
    return one.asking;
  };

  const keepRenewing = async (one: Held): Promise<void> => {
    let wait = RENEW_SECONDS;
    for (;;) {
      await pause(wait, one.stop.signal);
      if (one.stop.signal.aborted) return;
      wait = await renew(one);
    }
  };

  /** Before something is begun by a lock that may have expired while nobody could be asked. */
  const makeSure = async (one: Held | undefined): Promise<void> => {
    if (one !== undefined && performance.now() - one.renewed > LOST_SECONDS * 1000) await renew(one);
  };

  const takeOne = async (snapshot: Snapshot): Promise<readonly Diagnostic[]> => {
    const now = performance.now();
    const one: Held = {
      cluster: nameOf(snapshot),
      lostSeconds: snapshot.quorate === undefined ? MOST_SECONDS : LOST_SECONDS,
      hosts: hostsOf(snapshot),
      renewed: now,
      safe: now,
      asking: undefined,
      stop: new AbortController(),
      renewing: Promise.resolve(),
    };
    const answer = await ask(one, takeLockScript(holder, options.mayTakeOver));
    if (!('is' in answer))
      return answer.length > 0 ? answer : [noLock(one.cluster, 'no member can be asked')];
    if (answer.is === 'held') return [heldByOther(one.cluster, answer.by)];
    if (answer.is !== 'ours') return [noLock(one.cluster, whyNot(answer), one.hosts[0])];
    one.renewing = keepRenewing(one);
    held.set(snapshot.cluster, one);
    return [];
  };

  const giveBackOne = async (name: string, one: Held): Promise<readonly Diagnostic[]> => {
    held.delete(name);
    one.stop.abort();
    if (options.leave?.aborted === true) return [];
    // A renewal after it would make the lock anew.
    await one.renewing;
    const answer = await ask(one, giveBackLockScript([holder.run]));
    const isBack = 'is' in answer && (answer.is === 'given back' || answer.is === 'held');
    return isBack ? [] : [notGivenBack(one.cluster, whyNot(answer))];
  };

  /** The first one alone decides between two runs that want the same ones; the others side by side, for there may be hundreds. */
  const takeAll = async ([first, ...others]: readonly Snapshot[]): Promise<readonly Diagnostic[]> => {
    if (first === undefined) return [];
    const refused = await takeOne(first);
    if (refused.length > 0) return refused;
    return (await Promise.all(others.map(takeOne))).flat();
  };

  return {
    mayChange: hasLockScript(holder.run),
    signal: stopped.signal,
    lost: () => lost,
    async take(clusters) {
      await Promise.all(clusters.map(({ cluster }) => makeSure(held.get(cluster))));
      if (lost !== undefined) return { refused: [lost], waited: false };
      const wanted = clusters
        .filter(({ cluster }) => !held.has(cluster))
        .toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1));
      const begun = performance.now();
      for (let tries = 0; ; tries++) {
        const refused = await takeAll(wanted);
        if (refused.length === 0) return { refused, waited: tries > 0 };
        // None is kept while others are waited for: two runs that want each other's would wait for ever.
        await Promise.all(
          wanted.flatMap(({ cluster }) => {
            const one = held.get(cluster);
            return one === undefined ? [] : [giveBackOne(cluster, one)];
          }),
        );
        const isHeld = refused.every(({ code }) => code === 'apply/cluster-locked');
        const left = options.waitSeconds - (performance.now() - begun) / 1000;
        if (!isHeld || left <= 0 || options.signal.aborted) return { refused, waited: tries > 0 };
        if (tries === 0) options.onWait(refused);
        await pause(Math.min(WAIT_SECONDS, left), options.signal);
      }
    },
    giveBack: async () => (await Promise.all([...held].map(([name, one]) => giveBackOne(name, one)))).flat(),
  };
}

/** Gives back the locks of runs whose process is gone; where that fails they expire. */
export async function giveBackOf(
  runs: readonly string[],
  clusters: readonly Snapshot[],
  exec: Exec,
): Promise<void> {
  const script = giveBackLockScript(runs);
  await Promise.all(clusters.map((snapshot) => askMembers({ hosts: hostsOf(snapshot) }, exec, script)));
}

/** Does something that takes locks, which are given back however it ends: a lock that is still renewed keeps the process. */
export async function givingBack<T>(locks: ClusterLocks, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await locks.giveBack();
  }
}

function nameOf({ cluster, quorate }: Snapshot): string {
  return `${quorate === undefined ? 'node' : 'cluster'} ${cluster}`;
}

function nowHeldBy(by: LockHolder | undefined, { run }: LockHolder): string {
  return by === undefined || by.run === run
    ? 'it had expired'
    : `it had expired, and ${by.by} has it now with run ${by.run}`;
}

function whyNot(answer: LockAnswer | readonly Diagnostic[]): string {
  if (!('is' in answer)) return answer.at(-1)?.message ?? 'no member can be asked';
  if (answer.is === 'failed') return answer.why;
  return answer.is === 'no quorum' ? 'there is no quorum' : answer.is;
}
