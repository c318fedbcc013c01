import { expect, test } from 'vitest';
import type { Event } from '../../src/apply/event.ts';
import { settle } from '../../src/apply/settle.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Result } from '../../src/diagnostic.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';

const CONF = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const survey = labSurvey({ files: { [CONF]: 'cores: 1\n' } });
const spec = { kind: 'vm', args: { vmid: 100, cores: 2 }, positions: {}, declaredBy: 'test' };
const step = makePlan(survey, [spec], { allowDestroy: false }).plans[0]?.changes[0]?.steps[0];
const now = new Date('2026-01-31T12:00:00.000Z');
const started: Extract<Event, { type: 'step-started' }> = {
  type: 'step-started',
  at: '2026-01-31T11:59:50.000Z',
  cluster: 'lab',
  step: '1/1',
  address: 'vm/100@lab',
  node: 'pve1',
  command: 'qm set 100 --cores 2',
  digests: { [CONF]: '0'.repeat(40) },
  unit: 'r-1-1',
  boot: 'boot-pve1',
};

interface Answer {
  readonly exit?: number;
  readonly stderr?: string;
  readonly config?: string;
}

/** What a node answers: the step's own output, then what is read again. */
function answered(
  script: string,
  { exit = 0, stderr = '', config = 'cores: 2\n' }: Answer,
): Result<Finished> {
  const nonce = /nonce=(?<nonce>\w+)/u.exec(script)?.groups?.['nonce'] ?? '';
  const file = [`file ${'1'.repeat(40)} ${CONF}`, `|${config.trimEnd()}`];
  const lines = [
    'said\n',
    `pvefleet-answer 1 ${nonce}`,
    'power ok',
    ...file,
    'etc-pve ok',
    `end ${nonce}`,
    '',
  ];
  return ok({ exit, stdout: Buffer.from(lines.join('\n')), stderr: Buffer.from(stderr) });
}

async function settled(answer: Answer | 'timeout', more: Partial<typeof started> = {}) {
  const scripts: string[] = [];
  const timeout = {
    code: 'transport/timeout',
    severity: 'error',
    trouble: 'failed',
    message: 'late',
  } as const;
  const found = await settle(
    { started: { ...started, ...more }, step },
    {
      survey,
      now,
      signal: new AbortController().signal,
      exec: async (_host, script) => {
        scripts.push(script);
        return answer === 'timeout' ? fail(timeout) : answered(script, answer);
      },
    },
  );
  return { ...found, scripts };
}

test.each([
  ['ended well', {}, 'done'],
  ['ended badly', { exit: 1, stderr: 'no such storage\n', config: 'cores: 1\n' }, 'failed'],
  ['ended well, and nothing came of it', { config: 'cores: 1\n' }, 'failed'],
  [
    'was refused by its guard',
    { exit: 97, stderr: 'pvefleet-guard: quorum\n', config: 'cores: 1\n' },
    'failed',
  ],
  [
    'got no lock',
    { exit: 4, stderr: "can't lock file 'x' - got timeout\n", config: 'cores: 1\n' },
    'not-run',
  ],
  ['was never begun', { exit: 1, stderr: 'pvefleet-not-begun: r-1-1\n', config: 'cores: 1\n' }, 'not-run'],
  [
    'was killed before it did anything',
    { exit: 1, stderr: 'pvefleet-lost: r-1-1\n', config: 'cores: 1\n' },
    'not-run',
  ],
  ['was killed when all was done', { exit: 1, stderr: 'pvefleet-lost: r-1-1\n' }, 'done'],
] as const)('a step that %s', async (_what, answer, outcome) => {
  const { event, diagnostics, scripts } = await settled(answer);
  expect(event).toMatchObject({ outcome, unit: 'r-1-1', digests: { [CONF]: '1'.repeat(40) }, seconds: 10 });
  expect(diagnostics).toEqual([]);
  // It is looked for and begun by nobody.
  expect(scripts).toHaveLength(1);
  expect(scripts[0]).not.toContain('mkdir "$at"');
});

test('that nothing is on the node tells something only while its boot is that of then, and nobody has cleaned up', async () => {
  expect((await settled({})).scripts[0]).toContain('= boot-pve1 ]');
  const old = await settled({}, { at: '2026-01-25T12:00:00.000Z' });
  expect(old.scripts[0]).not.toContain('boot-pve1');
});

test('what can not be found out is said, and has no end', async () => {
  for (const found of [await settled('timeout'), await settled({}, { node: 'pve9' })]) {
    expect(found.event).toBeUndefined();
    expect(found.diagnostics.at(-1)).toMatchObject({
      code: 'resume/not-settled',
      trouble: 'unreachable',
      message: expect.stringContaining('Cannot find out how step 1/1 ended on pve'),
    });
  }
});
