import { describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../../lab/src/cluster.ts';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { createShell } from '../../lab/src/shell/shell.ts';

const LOCK = '/etc/pve/priv/lock/mine';

/** A cluster of three, or a lone node, with a clock that the test turns. */
function lab({ lone = false } = {}) {
  let now = 1_795_461_897;
  let quorate = true;
  const cluster: SimulatedCluster = simulateCluster({
    ...(lone ? {} : { name: 'lab' }),
    nodes: ['pve1', ...(lone ? [] : ['pve2', 'pve3'])].map((name, index) => ({
      name,
      ip: `10.10.10.1${index + 1}`,
    })),
    clock: () => now,
    hasLostQuorum: () => !quorate,
  });
  return {
    wait: (seconds: number) => void (now += seconds),
    loseQuorum: () => void (quorate = false),
    /** What shell text ends with and says on a node. */
    on: async (node: string, command: string): Promise<[number, string]> => {
      const found = cluster.nodes.find(({ machine }) => machine.name === node);
      if (found === undefined) throw new Error(`no ${node}`);
      const ran = await createShell(
        found,
        new Map(),
      )({ command, stdin: Buffer.alloc(0), env: ROOT_ENV, signal: new AbortController().signal });
      return [ran.exit, `${ran.stdout.toString()}${ran.stderr.toString()}`];
    },
  };
}

describe('a directory below /etc/pve/priv/lock', () => {
  it('is made by one member only', async () => {
    const { on } = lab();
    expect(await on('pve1', `mkdir ${LOCK}`)).toEqual([0, '']);
    expect(await on('pve2', `mkdir ${LOCK}`)).toEqual([
      1,
      `mkdir: cannot create directory '${LOCK}': File exists\n`,
    ]);
    expect(await on('pve2', `rmdir ${LOCK} && mkdir ${LOCK}`)).toEqual([0, '']);
  });

  it('goes to whoever asks when it was not renewed for 120 s', async () => {
    const { on, wait } = lab();
    await on('pve1', `mkdir ${LOCK}`);
    wait(120);
    await on('pve2', `touch -c -d @0 ${LOCK}`);
    expect(await on('pve2', `mkdir ${LOCK}`)).toMatchObject([1, expect.stringContaining('File exists')]);
    wait(1);
    expect(await on('pve2', `touch -c -d @0 ${LOCK}; mkdir ${LOCK}`)).toMatchObject([0, expect.any(String)]);
  });

  it('is renewed by the member that made it, at the time that it has or later', async () => {
    const { on, wait } = lab();
    const renew = `touch -c -d @$(stat -c %Y ${LOCK}) ${LOCK}`;
    await on('pve1', `mkdir ${LOCK}`);
    wait(100);
    expect(await on('pve1', renew)).toEqual([0, '']);
    wait(100);
    expect(await on('pve2', `touch -c -d @0 ${LOCK} 2>&-; mkdir ${LOCK}`)).toMatchObject([
      1,
      expect.stringContaining('File exists'),
    ]);
    const denied = [1, `touch: setting times of '${LOCK}': Permission denied\n`];
    expect(await on('pve2', renew)).toEqual(denied);
    expect(await on('pve1', `touch -c -d @5 ${LOCK}`)).toEqual(denied);
  });

  it('stays when something is in it', async () => {
    const { on, wait } = lab();
    await on('pve1', `mkdir ${LOCK}; echo x >${LOCK}/holder`);
    wait(121);
    expect(await on('pve1', `touch -c -d @0 ${LOCK}; mkdir ${LOCK}`)).toMatchObject([1, expect.any(String)]);
  });

  it('is neither made, renewed nor given back without quorum', async () => {
    const { on, loseQuorum } = lab();
    await on('pve1', `mkdir ${LOCK}`);
    loseQuorum();
    expect(await on('pve1', `mkdir ${LOCK}2`)).toMatchObject([
      1,
      expect.stringContaining('Permission denied'),
    ]);
    expect(await on('pve1', `touch -c -d @$(stat -c %Y ${LOCK}) ${LOCK}`)).toMatchObject([
      1,
      expect.stringContaining('denied'),
    ]);
    expect(await on('pve1', `rmdir ${LOCK}`)).toMatchObject([1, expect.stringContaining('denied')]);
  });

  it('is there on a lone node, too', async () => {
    const { on, wait } = lab({ lone: true });
    expect(await on('pve1', `mkdir ${LOCK}`)).toEqual([0, '']);
    wait(121);
    expect(await on('pve1', `touch -c -d @0 ${LOCK} && mkdir ${LOCK}`)).toEqual([0, '']);
  });
});
