import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LockAnswer } from '../../src/apply/lock-script.ts';
import {
  giveBackLockScript,
  hasLockScript,
  parseLockAnswer,
  renewLockScript,
  takeLockScript,
} from '../../src/apply/lock-script.ts';
import type { LockLab } from './lock-lab.ts';
import { holderOf, LOCK, openLockLab } from './lock-lab.ts';

const [A, B, C] = [holderOf('a'), holderOf('b', 'eve@admin2'), holderOf('c')];
const NODES = ['pve1', 'pve2', 'pve3'];

async function say(lab: LockLab, node: string, script: string): Promise<LockAnswer> {
  const result = await lab.exec(node, script);
  if (!result.ok) throw new Error('no answer');
  return parseLockAnswer(result.value);
}

describe.each([
  ['a cluster', NODES, 'lab'],
  ['a lone node', ['pve1'], undefined],
] as const)('the lock of %s', (_what, nodes, cluster) => {
  const [first, last] = [nodes[0], nodes.at(-1) ?? ''];

  test('is had by one run at a time, and says whose it is', async () => {
    const lab = openLockLab(nodes, cluster);
    expect(await say(lab, first, takeLockScript(A, []))).toEqual({ is: 'ours' });
    expect(await say(lab, last, takeLockScript(B, []))).toEqual({ is: 'held', by: A });
    expect(await say(lab, last, giveBackLockScript([B.run]))).toEqual({ is: 'given back' });
    expect(await say(lab, last, takeLockScript(B, []))).toEqual({ is: 'held', by: A });
    const has = (run: string) => lab.exec(last, hasLockScript(run));
    expect(await has('a')).toMatchObject({ value: { exit: 0 } });
    expect(await has('b')).toMatchObject({ value: { exit: 1 } });
    expect(await say(lab, last, giveBackLockScript([A.run]))).toEqual({ is: 'given back' });
    expect(lab.read(`${LOCK}.holder`)).toBeUndefined();
    expect(await say(lab, last, takeLockScript(B, []))).toEqual({ is: 'ours' });
    expect(await say(lab, first, takeLockScript(A, []))).toEqual({ is: 'held', by: B });
  });

  test('is taken over when it was not renewed for 120 s, and not before', async () => {
    const lab = openLockLab(nodes, cluster);
    await say(lab, first, takeLockScript(A, []));
    for (let renewed = 0; renewed < 3; renewed++) {
      lab.wait(119);
      expect(await say(lab, first, renewLockScript(A))).toEqual({ is: 'ours' });
      expect(await say(lab, last, takeLockScript(B, []))).toEqual({ is: 'held', by: A });
    }
    lab.wait(121);
    expect(await say(lab, last, takeLockScript(B, []))).toEqual({ is: 'ours' });
    expect(await say(lab, first, renewLockScript(A))).toEqual({ is: 'held', by: B });
    expect(await say(lab, first, giveBackLockScript([A.run]))).toEqual({ is: 'given back' });
    expect(await say(lab, last, renewLockScript(B))).toEqual({ is: 'ours' });
  });

  test('is taken from a run that it continues, and asked for again after a lost answer', async () => {
    const lab = openLockLab(nodes, cluster);
    await say(lab, first, takeLockScript(A, []));
    expect(await say(lab, last, takeLockScript(A, []))).toEqual({ is: 'ours' });
    expect(await say(lab, last, takeLockScript(B, ['c', 'd']))).toEqual({ is: 'held', by: A });
    expect(await say(lab, last, takeLockScript(B, ['c', 'a']))).toEqual({ is: 'ours' });
    expect(await say(lab, first, renewLockScript(A))).toEqual({ is: 'held', by: B });
  });

  test('is never said to be that of an earlier run', async () => {
    const lab = openLockLab(nodes, cluster);
    await say(lab, first, takeLockScript(A, []));
    lab.wait(121);
    // Somebody has made it and was cut off before saying so.
    await lab.exec(last, `touch -c -d @0 ${LOCK}; mkdir ${LOCK}`);
    expect(lab.read(`${LOCK}.holder`)).toContain('"run":"a"');
    expect(await say(lab, first, takeLockScript(C, []))).toEqual({ is: 'held', by: undefined });
    expect(await say(lab, first, renewLockScript(A))).toEqual({ is: 'held', by: undefined });
  });
});

test('another member renews it where the one that took it is gone', async () => {
  const lab = openLockLab(NODES, 'lab');
  await say(lab, 'pve1', takeLockScript(A, []));
  lab.wait(60);
  expect(await say(lab, 'pve3', renewLockScript(A))).toEqual({ is: 'ours' });
  lab.wait(119);
  expect(await say(lab, 'pve2', takeLockScript(B, []))).toEqual({ is: 'held', by: A });
  expect(await say(lab, 'pve3', renewLockScript(A))).toEqual({ is: 'ours' });
});

test('without quorum there is none', async () => {
  const lab = openLockLab(NODES, 'lab');
  await say(lab, 'pve1', takeLockScript(A, []));
  lab.setQuorum(false);
  expect(await say(lab, 'pve2', takeLockScript(B, []))).toEqual({ is: 'no quorum' });
  expect(await say(lab, 'pve1', renewLockScript(A))).toEqual({ is: 'no quorum' });
  lab.setQuorum(true);
  expect(await say(lab, 'pve1', renewLockScript(A))).toEqual({ is: 'ours' });
});

test('of two that ask at once one has it, and the other is told so', async () => {
  const lab = openLockLab(NODES, 'lab');
  const answers = await Promise.all([
    say(lab, 'pve1', takeLockScript(A, [])),
    say(lab, 'pve2', takeLockScript(B, [])),
    say(lab, 'pve3', takeLockScript(C, [])),
  ]);
  const winners = answers.filter(({ is }) => is === 'ours');
  expect(winners).toHaveLength(1);
  const winner = [A, B, C][answers.findIndex(({ is }) => is === 'ours')];
  expect(answers.filter(({ is }) => is === 'held')).toEqual([
    { is: 'held', by: winner },
    { is: 'held', by: winner },
  ]);
});

test('the scripts are those of a real sh, too', () => {
  const root = mkdtempSync(join(tmpdir(), 'pvefleet-lock-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const lock = join(root, 'priv/lock/pvefleet');
  // An ordinary file system would set the time to 0, which pmxcfs refuses.
  const here = (script: string): string =>
    script.replaceAll('/etc/pve', root).replaceAll('touch -c -d @0', 'false');
  const sh = (script: string): LockAnswer => {
    const stdout = execFileSync('sh', ['-c', here(script)]);
    return parseLockAnswer({ exit: 0, stdout, stderr: Buffer.alloc(0) });
  };
  expect(sh(takeLockScript(A, []))).toEqual({ is: 'failed', why: `${root} is not mounted` });
  for (const name of ['.version', '.members', 'priv']) writeFileSync(join(root, name), '');
  expect(sh(takeLockScript(A, []))).toEqual({ is: 'failed', why: `${lock} can not be made` });
  rmSync(join(root, 'priv'));
  expect(sh(takeLockScript(A, []))).toEqual({ is: 'ours' });
  expect(sh(renewLockScript(A))).toEqual({ is: 'ours' });
  expect(sh(renewLockScript(B))).toEqual({ is: 'held', by: A });
  expect(sh(takeLockScript(B, ['a']))).toEqual({ is: 'ours' });
  expect(sh(takeLockScript(C, []))).toEqual({ is: 'held', by: B });
  expect(sh(giveBackLockScript([B.run]))).toEqual({ is: 'given back' });
  mkdirSync(lock);
  expect(sh(takeLockScript(C, []))).toEqual({ is: 'held', by: undefined });
});
