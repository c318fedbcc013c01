import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClusterLocks } from '../../src/apply/cluster-locks.ts';
import { createClusterLocks } from '../../src/apply/cluster-locks.ts';
import { giveBackLockScript, renewLockScript } from '../../src/apply/lock-script.ts';
import type { Diagnostic } from '../../src/diagnostic.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { labSnapshot } from '../lab-snapshot.ts';
import { holderOf } from './lock-lab.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const holder = holderOf('r1');
const other = holderOf('r2', 'eve@admin2');
const taken = { refused: [], waited: false };

/** A cluster, or without members a lone node, whose hosts have its name before theirs. */
function snapshot(cluster: string, members = ['1', '2', '3']): Snapshot {
  const { quorate, nodes, ...rest } = labSnapshot({ cluster });
  const [state] = Object.values(nodes);
  const hosts = members.length === 0 ? [cluster] : members.map((each) => `${cluster}-${each}`);
  return {
    ...rest,
    ...(members.length > 0 && quorate !== undefined && { quorate }),
    nodes: Object.fromEntries(hosts.map((host) => [host, { ...state, host } as typeof state])),
  } as Snapshot;
}

/** Locks over nodes that the test answers for; "take a-1" in `log` is a script that was sent. */
function open(options: { waitSeconds?: number; signal?: AbortSignal } = {}) {
  const log: string[] = [];
  const waits: (readonly Diagnostic[])[] = [];
  /** What each host says; without it the lock is ours. */
  const says = new Map<string, 'dead' | 'held' | 'no quorum' | `failed ${string}`>();
  const locks: ClusterLocks = createClusterLocks({
    holder,
    mayTakeOver: [],
    waitSeconds: options.waitSeconds ?? 0,
    onWait: (why) => void waits.push(why),
    signal: options.signal ?? new AbortController().signal,
    exec: async (host, script) => {
      const isBack = script === giveBackLockScript([holder.run]);
      const kind = isBack ? 'give back' : script === renewLockScript(holder) ? 'renew' : 'take';
      log.push(`${kind} ${host}`);
      const said = says.get(host) ?? (isBack ? 'given back' : 'ours');
      if (said === 'dead')
        return fail({
          code: 'transport/refused',
          severity: 'error',
          trouble: 'unreachable',
          message: `${host} is down`,
        });
      const text = `pvefleet-lock: ${said}\n${said === 'held' ? `${JSON.stringify(other)}\n` : ''}`;
      return ok({ exit: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) });
    },
  });
  const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
  return { locks, log, says, waits, pass, asked: () => log.splice(0) };
}

test('a lock is taken once, renewed every 30 s by one exec, and given back', async () => {
  const { locks, asked, pass } = open();
  expect(await locks.take([snapshot('a')])).toEqual(taken);
  expect(await locks.take([snapshot('a')])).toEqual(taken);
  expect(asked()).toEqual(['take a-1']);
  await pass(100);
  expect(asked()).toEqual(['renew a-1', 'renew a-1', 'renew a-1']);
  expect(await locks.giveBack()).toEqual([]);
  await pass(1000);
  expect(asked()).toEqual(['give back a-1']);
  expect(locks.signal.aborted).toBe(false);
});

describe('several clusters', () => {
  test('are locked in order; when one is refused the others are given back', async () => {
    const { locks, asked, says, pass } = open();
    says.set('c-1', 'held');
    const { refused } = await locks.take([snapshot('c'), snapshot('b'), snapshot('a'), snapshot('d', [])]);
    expect(refused).toMatchObject([
      {
        code: 'apply/cluster-locked',
        trouble: 'stale',
        message:
          'Cannot change cluster c: it is being changed by eve@admin2 with run r2 since 2026-11-29 12:03:05 UTC ("pvefleet apply it\'s-r2.yml"); one run at a time is wanted',
        hint: expect.stringContaining('pvefleet show r2'),
      },
    ]);
    const log = asked();
    expect(log.slice(0, 4)).toEqual(['take a-1', 'take b-1', 'take c-1', 'take d']);
    expect(log.slice(4).toSorted()).toEqual(['give back a-1', 'give back b-1', 'give back d']);
    await pass(100);
    expect(asked()).toEqual([]);
  });

  test('nobody asks for the others when the first is refused', async () => {
    const { locks, asked, says } = open();
    says.set('a-1', 'held');
    expect((await locks.take([snapshot('b'), snapshot('a')])).refused).toHaveLength(1);
    expect(asked()).toEqual(['take a-1']);
  });
});

test('a member that does not answer, or has no quorum, is not the end: another one is asked', async () => {
  const { locks, asked, says, pass } = open();
  says.set('a-1', 'no quorum');
  expect(await locks.take([snapshot('a')])).toEqual(taken);
  expect(asked()).toEqual(['take a-1', 'take a-2']);
  says.set('a-2', 'dead');
  await pass(30);
  expect(asked()).toEqual(['renew a-2', 'renew a-1', 'renew a-3']);
  await pass(30);
  expect(asked()).toEqual(['renew a-3']);
  expect(locks.signal.aborted).toBe(false);
  await locks.giveBack();
});

test('a cluster without quorum, and one of which no node answers, can not be locked', async () => {
  const { locks, says } = open();
  for (const node of ['1', '2', '3']) says.set(`a-${node}`, 'no quorum');
  says.set('b', 'dead');
  expect((await locks.take([snapshot('a')])).refused).toMatchObject([
    {
      code: 'apply/no-lock',
      trouble: 'refused',
      message: expect.stringContaining('cluster a: there is no quorum'),
    },
  ]);
  expect((await locks.take([snapshot('b', [])])).refused).toMatchObject([
    { trouble: 'unreachable', message: 'b is down' },
  ]);
});

describe('a lock is lost', () => {
  test('when another run has it', async () => {
    const { locks, says, pass } = open();
    await locks.take([snapshot('a', [])]);
    says.set('a', 'held');
    await pass(30);
    expect(locks.signal.aborted).toBe(true);
    expect(locks.lost()).toMatchObject({
      code: 'apply/lock-lost',
      trouble: 'stale',
      message:
        'Cannot go on: the run has lost its lock of node a: it had expired, and eve@admin2 has it now with run r2',
    });
  });

  test('when it could not be renewed for so long that it may have expired, and not before', async () => {
    const { locks, says, asked, pass } = open();
    await locks.take([snapshot('a', ['1'])]);
    await pass(40);
    says.set('a-1', 'failed why');
    await pass(80);
    expect(locks.lost()).toBeUndefined();
    await pass(20);
    expect(locks.lost()).toMatchObject({ message: expect.stringContaining('could not be renewed: why') });
    asked();
    await pass(100);
    expect(asked()).toEqual([]);
    expect(await locks.giveBack()).toMatchObject([{ code: 'apply/lock-left', severity: 'warning' }]);
  });

  test('not while the only node of the run restarts; before anything is begun after that, it is asked whose it is', async () => {
    const { locks, says, asked, pass } = open();
    const one = snapshot('a', ['1']);
    await locks.take([one]);
    says.set('a-1', 'dead');
    await pass(300);
    // Its sshd is up before its pmxcfs.
    says.set('a-1', 'failed not mounted');
    await pass(60);
    expect(locks.lost()).toBeUndefined();
    says.delete('a-1');
    await pass(1);
    asked();
    expect(await locks.take([one])).toEqual(taken);
    expect(asked()).toEqual(['renew a-1']);
    expect(await locks.take([one])).toEqual(taken);
    expect(asked()).toEqual([]);
    says.set('a-1', 'dead');
    await pass(300);
    says.set('a-1', 'held');
    expect((await locks.take([one])).refused).toMatchObject([{ code: 'apply/lock-lost' }]);
    expect(locks.signal.aborted).toBe(true);
  });

  test('of a lone node not while it restarts: nobody else can have it meanwhile', async () => {
    const { locks, says, asked, pass } = open();
    await locks.take([snapshot('a', [])]);
    says.set('a', 'dead');
    await pass(600);
    expect(locks.lost()).toBeUndefined();
    says.delete('a');
    asked();
    await pass(10);
    expect(asked()).toContain('renew a');
    expect(locks.lost()).toBeUndefined();
    says.set('a', 'dead');
    await pass(1900);
    expect(locks.lost()?.message).toContain('could not be renewed: a is down');
  });
});

describe('with --lock-wait', () => {
  test('another run is waited for, and said so once; nothing is held meanwhile', async () => {
    const { locks, says, waits, asked, pass } = open({ waitSeconds: 60 });
    says.set('b-1', 'held');
    const waiting = locks.take([snapshot('a'), snapshot('b')]);
    await pass(3);
    const tried = ['take a-1', 'take b-1', 'give back a-1'];
    expect(asked()).toEqual([...tried, ...tried]);
    says.delete('b-1');
    await pass(2);
    expect(await waiting).toEqual({ refused: [], waited: true });
    expect(waits).toMatchObject([[{ code: 'apply/cluster-locked' }]]);
    await locks.giveBack();
  });

  test('it is refused at the end of that time, or when it is interrupted', async () => {
    const { signal, abort } = ((controller) => ({
      signal: controller.signal,
      abort: () => controller.abort(),
    }))(new AbortController());
    const { locks, says, pass } = open({ waitSeconds: 60, signal });
    says.set('a', 'held');
    const late = locks.take([snapshot('a', [])]);
    await pass(61);
    expect((await late).refused).toHaveLength(1);
    const interrupted = locks.take([snapshot('a', [])]);
    await pass(1);
    abort();
    expect((await interrupted).refused).toHaveLength(1);
  });
});

test('while a cluster has no quorum nobody can take its lock: it is kept, and renewed when there is one again', async () => {
  const { locks, says, pass, asked } = open();
  await locks.take([snapshot('a', ['1', '2'])]);
  // One of two nodes restarts.
  says.set('a-1', 'dead').set('a-2', 'no quorum');
  await pass(600);
  expect(locks.lost()).toBeUndefined();
  says.delete('a-1');
  says.delete('a-2');
  await pass(10);
  asked();
  await pass(100);
  expect(asked()).toHaveLength(3);
  says.set('a-1', 'dead').set('a-2', 'dead');
  await pass(1700);
  expect(locks.lost()).toBeUndefined();
  await pass(120);
  expect(locks.lost()?.message).toContain('it could not be renewed');
});
