import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { pveCommands } from '../../lab/src/pve/commands.ts';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { createShell } from '../../lab/src/shell/shell.ts';
import { actArgv } from '../../src/apply/step-script.ts';
import { findModule } from '../../src/modules/registry.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Act } from '../../src/plan/plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Spec } from '../../src/spec.ts';
import { shJoin } from '../../src/text/sh-quote.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';

const CONFIG = '/etc/pve/replication.cfg';
const FIXED = {
  '/etc/pve/storage.cfg': 'zfspool: tank\n\tpool tank\n\tcontent images,rootdir\n\n',
  '/etc/pve/nodes/pve1/qemu-server/100.conf': 'cores: 1\nscsi0: tank:vm-100-disk-0,size=8G\n',
};
const address = { kind: 'vm', name: '100', cluster: 'lab' };

/** A node of the lab whose files are these. */
function labNode(config: string) {
  const [node] = simulateCluster({
    name: 'lab',
    nodes: ['pve1', 'pve2', 'pve3'].map((name, index) => ({ name, ip: `10.0.0.${index + 1}` })),
    seed: 1,
    clock: () => 1_795_457_000,
    sleep: () => Promise.resolve(),
  }).nodes;
  if (node === undefined) throw new Error('no node');
  const { files } = node.machine;
  for (const [path, text] of Object.entries({ ...FIXED, [CONFIG]: config })) files.write(path, text);
  const shell = createShell(node, pveCommands);
  const run = async (act: Act): Promise<void> => {
    const argv = actArgv(act).map((word) => (typeof word === 'string' ? word : ''));
    const ran = await shell({
      command: shJoin(argv),
      stdin: Buffer.alloc(0),
      env: { ...ROOT_ENV, LC_ALL: 'C.UTF-8' },
      signal: new AbortController().signal,
    });
    if (ran.exit !== 0) throw new Error(`${argv.join(' ')}: ${String(ran.stderr)}`);
  };
  return { read: () => files.read(CONFIG), run };
}

const spec = (replication: unknown): Spec => ({
  kind: 'vm',
  args: { vmid: 100, replication },
  positions: {},
  declaredBy: 'law',
});

const options = {
  schedule: fc.constantFrom<unknown>('*/15', '22:30', 'mon..fri 02:00', null),
  rate: fc.constantFrom<unknown>(1, '12.5', null),
  comment: fc.constantFrom<unknown>('a: b', 'grün, 100 %', null),
  disable: fc.constantFrom<unknown>(true, 'off', null),
};
const jobOf = (target: string) =>
  fc.option(fc.record({ target: fc.constant(target), ...options }, { requiredKeys: ['target'] }));
const jobs = fc.record({ '0': jobOf('pve2'), '7': jobOf('pve3') }, { requiredKeys: [] });

function textOf(survey: Survey): string {
  const [snapshot] = survey.clusters;
  return snapshot === undefined || isUnknown(snapshot.files) ? '' : (snapshot.files[CONFIG] ?? '');
}

test('jobs become what is declared, in the lab as predicted, are exported and taken back', async () => {
  await fc.assert(
    fc.asyncProperty(jobs, fc.option(jobs), async (first, second) => {
      const node = labNode('');
      let is = labSurvey({ files: FIXED });
      for (const wish of [first, second]) {
        const planned = makePlan(is, [spec(wish)], { allowDestroy: false });
        // A job that leaves is in the way of another one of its number.
        if (planned.refusals.length > 0) return;
        const acts = planned.plans.flatMap(({ changes }) => changes.flatMap(({ steps }) => steps));
        for (const { act } of acts) await node.run(act);
        const after = predict(is, planned.plans);
        expect(node.read() ?? '').toBe(textOf(after));
        expect(commandLines(makePlan(after, [spec(wish)], { allowDestroy: false }).plans)).toEqual([]);

        const args = after.clusters.map((snapshot) => findModule('vm')?.toArgs(snapshot, address))[0];
        if (args === undefined || isUnknown(args)) throw new Error('not exported');
        const again = makePlan(after, [{ ...spec(null), args }], { allowDestroy: false });
        expect([commandLines(again.plans), again.refusals]).toEqual([[], []]);

        const read = (survey: Survey): unknown =>
          survey.clusters.map((snapshot) => findModule('vm')?.toArgs(snapshot, address));
        const before = read(is);
        is = after;
        if (acts.some(({ undo }) => 'impossible' in undo)) continue;
        const copy = labNode(node.read() ?? '');
        for (const { undo } of acts.toReversed())
          for (const act of 'impossible' in undo ? [] : undo) await copy.run(act);
        expect(read(labSurvey({ files: { ...FIXED, [CONFIG]: copy.read() ?? '' } }))).toEqual(before);
      }
    }),
    { numRuns: 12 },
  );
});
