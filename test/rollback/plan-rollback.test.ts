import { describe, expect, test } from 'vitest';
import { withFile } from '../../src/snapshot/change.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { predict } from '../../src/plan/predict.ts';
import { appliedRun } from '../../src/rollback/applied-run.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';
import { journalOf, plansOf, rollbackOf, runOf, specOf } from './run-of.ts';

const PATH = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const vm = (args: Readonly<Record<string, unknown>>) => specOf('vm', { vmid: 100, ...args });
const start = (text: string, live: readonly number[] = []): Survey =>
  labSurvey({ files: { [PATH]: text }, live });

/** As it is once somebody has written a file by hand. */
function written(survey: Survey, text: string | undefined, path = PATH): Survey {
  return { ...survey, clusters: survey.clusters.map((each) => withFile(each, path, text)) };
}

/** Commands of the rollback, and what it says. */
function seen(now: Survey, rollback: ReturnType<typeof rollbackOf>): readonly string[] {
  return [
    ...rollback.stays.map(({ message }) => message),
    ...commandLines(plansOf(now, ...rollback.specs)).map((line) => line.replace(/ --digest .*/u, '')),
  ];
}

test('a pending change is dropped where the guest still runs with what was before', () => {
  const { run, left } = runOf(start('cores: 2\n', [100]), vm({ cores: 4 }));
  expect(seen(left, rollbackOf(run, left))).toEqual(['pve1$ qm set 100 --revert cores']);
});

test('it is set again where the guest was restarted since', () => {
  const { run, left } = runOf(start('cores: 2\n', [100]), vm({ cores: 4 }));
  const now = written(left, 'cores: 4\n');
  expect(seen(now, rollbackOf(run, now))).toEqual(['pve1$ qm set 100 --cores 2']);
});

test("somebody's pending value that the run dropped is pending again", () => {
  const first = start('cores: 2\n\n[PENDING]\ncores: 8\n', [100]);
  const { run, left } = runOf(first, vm({ cores: 2 }));
  const back = predict(left, plansOf(left, ...rollbackOf(run, left).specs));
  expect(back.clusters[0]?.files).toEqual(first.clusters[0]?.files);
});

test('a network card that was removed comes back with its MAC address; in part where others changed the other part', () => {
  const card = 'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5\n';
  const removed = runOf(start(card), vm({ net0: null }));
  expect(seen(removed.left, rollbackOf(removed.run, removed.left))).toEqual([
    'pve1$ qm set 100 --net0 virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5',
  ]);
  const changed = runOf(start(card), vm({ net0: { tag: 7, firewall: true } }));
  const now = written(changed.left, 'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=9\n');
  expect(seen(now, rollbackOf(changed.run, now))).toEqual([
    'Cannot bring back net0.tag of vm/100@lab: the run left it 7, and now it is 9; it is left as it is',
    'pve1$ qm set 100 --net0 virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=9',
  ]);
});

test('a secret that the run has not named is not told, though it looks other each time it is read', () => {
  const text = (cores: number, secret: string): string => `cipassword: <secret ${secret}>\ncores: ${cores}\n`;
  const first = start(text(2, 'a'));
  const plans = plansOf(first, vm({ cores: 4 }));
  const left = written(predict(first, plans), text(4, 'b'));
  const run = appliedRun(journalOf(plans, left, first));
  expect(seen(left, rollbackOf(run, left))).toEqual(['pve1$ qm set 100 --cores 2']);
});

test('several applies of one run go back to before the first', () => {
  const first = start('cores: 2\ndescription: a\n');
  const { run, left } = runOf(first, vm({ cores: 3, onboot: true }), vm({ cores: 4 }), vm({ onboot: null }));
  expect(seen(left, rollbackOf(run, left))).toEqual(['pve1$ qm set 100 --cores 2']);
});

describe('what the run made', () => {
  const made = runOf(labSurvey(), vm({ node: 'pve1', name: 'new' }), vm({ cores: 2, state: 'running' }));

  test('is removed, wherever it is by now', () => {
    expect(seen(made.left, rollbackOf(made.run, made.left))).toEqual([
      'pve1$ qm shutdown 100 --timeout 60',
      'pve1$ qm destroy 100',
    ]);
    const text = 'cores: 2\nname: new\n';
    const moved = written(written(made.left, undefined), text, PATH.replace('pve1', 'pve2'));
    expect(seen(moved, rollbackOf(made.run, moved))).toEqual(['pve2$ qm destroy 100']);
  });

  test('is left where somebody changed it, and where it is gone there is nothing to do', () => {
    const changed = written(made.left, 'cores: 2\nname: mine\n');
    expect(seen(changed, rollbackOf(made.run, changed))).toEqual([
      'Cannot remove vm/100@lab: the run made it, but name changed since; it is left as it is',
    ]);
    const gone = written(made.left, undefined);
    expect(rollbackOf(made.run, gone)).toEqual({ specs: [], stays: [] });
  });

  test('is left where nobody knows how its last step ended', () => {
    const inDoubt = { ...made.run, left: new Map() };
    expect(seen(made.left, rollbackOf(inDoubt, made.left))).toEqual([
      'Cannot remove vm/100@lab: the run made it, but how it left it is not known, as a step has no end; it is left as it is',
    ]);
  });

  test('and removed again is nothing; what it removed and made anew stays', () => {
    const nothing = runOf(labSurvey(), vm({ node: 'pve1' }), vm({ state: 'absent' }));
    expect(rollbackOf(nothing.run, nothing.left)).toEqual({ specs: [], stays: [] });
    const anew = runOf(start('cores: 2\n'), vm({ state: 'absent' }), vm({ node: 'pve1' }));
    expect(seen(anew.left, rollbackOf(anew.run, anew.left))).toEqual([
      'Cannot bring back vm/100@lab: it was removed; the one that is there now was made since, and is left as it is',
    ]);
  });
});

describe('what the run removed', () => {
  const removed = runOf(start('cores: 2\n', [100]), vm({ state: 'absent' }));

  test('does not come back, and one that somebody made there since is left', () => {
    expect(seen(removed.left, rollbackOf(removed.run, removed.left))).toEqual([
      'Cannot bring back vm/100@lab: it was removed, and its disks are destroyed',
    ]);
    const anew = written(removed.left, 'cores: 1\n');
    expect(seen(anew, rollbackOf(removed.run, anew))).toEqual([
      'Cannot bring back vm/100@lab: it was removed; the one that is there now was made since, and is left as it is',
    ]);
  });

  test('is started again where it was only shut down', () => {
    const first = start('cores: 2\n', [100]);
    const plans = plansOf(first, vm({ state: 'absent' }));
    const stopped = start('cores: 2\n');
    const run = appliedRun(
      journalOf(plans, stopped).filter((each) => !('step' in each && each.step === '1/2')),
    );
    expect(seen(stopped, rollbackOf(run, stopped))).toEqual(['pve1$ qm start 100']);
  });
});

test('what somebody removed since is named', () => {
  const { run, left } = runOf(start('cores: 2\n'), vm({ cores: 4 }));
  const now = written(left, undefined);
  expect(seen(now, rollbackOf(run, now))).toEqual([
    'Cannot bring back vm/100@lab: somebody has removed it since the run',
  ]);
});

test('a disk that was made or has grown stays; what was set with it comes back', () => {
  const first = start('cores: 2\nscsi0: local-lvm:vm-100-disk-0,size=8G\n');
  const { run, left } = runOf(
    first,
    vm({ cores: 4, scsi0: { size: '9G', discard: 'on' }, scsi1: 'local-lvm:4' }),
  );
  expect(seen(left, rollbackOf(run, left))).toEqual([
    'Cannot bring back scsi0.size of vm/100@lab: scsi0 has grown, and a disk is never shrunk (it was 8G); it is left as it is',
    'Cannot bring back scsi1 of vm/100@lab: a disk that was made is not removed on the way back; it is left as it is',
    'pve1$ qm set 100 --scsi0 local-lvm:vm-100-disk-0,size=9G --cores 2',
  ]);
});

test('a value that was masked in the journal, and one that PVE would not take again, stay', () => {
  const { run, left } = runOf(
    start('cores: 2\ndescription: it is ********\nstartup: nonsense\n'),
    vm({
      description: 'other',
      startup: null,
      cores: 4,
    }),
  );
  const [secret, refused, ...commands] = seen(left, rollbackOf(run, left));
  expect(secret).toBe(
    'Cannot bring back description of vm/100@lab: what it was is a secret, and secrets are not recorded; it is left as it is',
  );
  expect(refused).toMatch(/^Cannot bring back startup of vm\/100@lab: /u);
  expect(commands).toEqual(['pve1$ qm set 100 --cores 2']);
});

describe('of a run that was killed', () => {
  const first = start('cores: 2\nonboot: 1\n');
  const plans = plansOf(first, vm({ cores: 4, onboot: null, state: 'running' }));
  const left = predict(first, plans);
  const cut = (until: (entry: Entry) => boolean): ReturnType<typeof appliedRun> => {
    const entries = journalOf(plans, left);
    return appliedRun(entries.slice(0, entries.findIndex(until) + 1));
  };

  test('a step without an end is judged by what is', () => {
    const run = cut(({ type }) => type === 'step-started');
    expect(seen(first, rollbackOf(run, first))).toEqual([]);
    const now = written(first, 'cores: 4\n');
    expect(seen(now, rollbackOf(run, now))).toEqual(['pve1$ qm set 100 --cores 2 --onboot 1']);
  });

  test('the files after it are not there, and what others changed is told all the same', () => {
    const run = cut((entry) => entry.type === 'step-finished');
    const now = written(first, 'cores: 6\n');
    expect(seen(now, rollbackOf(run, now))).toEqual([
      'Cannot bring back cores of vm/100@lab: the run left it 4, and now it is 6; it is left as it is',
      'pve1$ qm set 100 --onboot 1',
    ]);
  });
});

test('a run and the one that resumed it go back as one', () => {
  const first = start('cores: 2\nscsi0: local-lvm:vm-100-disk-0,size=8G\n');
  const plans = plansOf(first, vm({ cores: 4, scsi0: { size: '9G' }, state: 'running' }));
  const left = predict(first, plans);
  const all = journalOf(plans, left);
  const cut = all.findIndex((entry) => entry.type === 'step-finished' && entry.step === '1/2');
  // The second step was under way: how it ended is found out before what is left is planned.
  const rest = plans.map((plan) => ({
    ...plan,
    changes: plan.changes.map((change) => ({ ...change, steps: change.steps.slice(2) })),
  }));
  const again = all.slice(cut - 1, cut + 1);
  const run = appliedRun([...all.slice(0, cut), ...again, ...journalOf(rest, left)]);
  expect(seen(left, rollbackOf(run, left))).toEqual([
    'Cannot bring back scsi0.size of vm/100@lab: scsi0 has grown, and a disk is never shrunk (it was 8G); it is left as it is',
    'pve1$ qm set 100 --cores 2',
    'pve1$ qm shutdown 100 --timeout 60',
  ]);
});

test('a password that the run left alone is none of its changes, though each process reads it with a salt of its own', () => {
  const conf = (hash: string): string => `cipassword: <secret:${hash.repeat(40)}:$5$salt$>\ncores: 2\n`;
  const { run, left } = runOf(start(conf('1')), vm({ cores: 4 }));
  expect([...run.before.values()].map(({ text }) => text)).toEqual(['cipassword: <secret>\ncores: 2\n']);
  const now = written(left, conf('2').replace('cores: 2', 'cores: 4'));
  expect(seen(now, rollbackOf(run, now))).toEqual(['pve1$ qm set 100 --cores 2']);
  const [key = '', file] = [...run.left][0] ?? [];
  const asLeft = { ...run, left: new Map([[key, { ...file, sha1: null }]]) };
  const same = { ...now, clusters: now.clusters.map((each) => ({ ...each, digests: {} })) };
  expect(rollbackOf(asLeft, same).stays).toEqual([]);
});

test('what was only looked at (--check) or not begun is nothing', () => {
  const plans = plansOf(labSurvey(), vm({ node: 'pve1' }));
  expect(appliedRun([{ type: 'planned', plans, check: false }]).changes).toEqual([]);
  expect(
    appliedRun([{ type: 'planned', plans, check: true }, ...journalOf(plans, labSurvey()).slice(1)]).changes,
  ).toEqual([]);
});
