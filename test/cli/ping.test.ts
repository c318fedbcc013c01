import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import type { LabHome } from './lab-home.ts';
import { openLabHome } from './lab-home.ts';
import { runCli } from './run-cli.ts';

let fleet: LabHome;
beforeAll(async () => {
  fleet = await openLabHome(3);
});
afterEach(() => fleet.lab.faults.clear());
afterAll(() => fleet.close());

const ping = (...argv: readonly string[]) =>
  runCli(['ping', ...argv], { PVEFLEET_INVENTORY: fleet.inventory });

/** The table with its times taken out. */
const timeless = (text: string) => text.replaceAll(/\d+(?:\.\d)? ms/gu, 'T').replaceAll(/ +/gu, ' ');

test('everybody answers with version, cluster and quorum', async () => {
  const { code, stdout, stderr } = await ping();
  expect([code, stderr]).toEqual([0, '']);
  expect(timeless(stdout)).toBe(
    [
      'HOST LOG-IN ANSWER PVE CLUSTER QUORUM',
      'pve1 T T 9.2.11 lab yes',
      'pve2 T T 9.2.11 lab yes',
      'pve3 T T 9.2.11 lab yes',
      '',
    ].join('\n'),
  );
});

test('one that gives no answer is a row, an error and exit 4; the others are asked', async () => {
  fleet.lab.faults.add('pve2', { kind: 'dead' });
  const { code, stdout, stderr } = await ping();
  expect(code).toBe(4);
  expect(timeless(stdout)).toContain('pve1 T T 9.2.11 lab yes\npve2 - - - - unreachable\npve3 T T');
  expect(stderr).toMatch(/^error: Cannot connect to pve2 /mu);
});

test('no quorum is a finding: exit 2, with what to look at', async () => {
  fleet.lab.faults.add('lab', { kind: 'no-quorum' });
  const { code, stdout, stderr } = await ping('pve1');
  expect(code).toBe(2);
  expect(timeless(stdout)).toContain('pve1 T T 9.2.11 lab no\n');
  expect(stderr).toBe(
    'warning: Cannot rely on pve1: it has no quorum in cluster lab; a majority of votes is wanted\n  on pve1\n  pvecm status\n',
  );
});

test('--json is one object a host', async () => {
  fleet.lab.faults.add('pve2', { kind: 'dead' });
  const { stdout } = await ping('--json');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual({
    host: 'pve1',
    logInMilliseconds: expect.any(Number),
    answerMilliseconds: expect.any(Number),
    version: '9.2.11',
    cluster: 'lab',
    quorate: true,
    error: null,
  });
  expect(lines).toContainEqual({ host: 'pve2', error: expect.objectContaining({ trouble: 'unreachable' }) });
});

test('two patterns are a usage error', async () => {
  expect(await ping('pve1', 'pve2')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"pve2" is too much'),
  });
});
