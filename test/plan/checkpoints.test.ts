import { describe, expect, test } from 'vitest';
import { checkpointOf, takenAt } from '../../src/plan/checkpoint-name.ts';
import { predict } from '../../src/plan/predict.ts';
import { withCheckpoints } from '../../src/plan/with-checkpoints.ts';
import type { WithCheckpoints } from '../../src/plan/with-checkpoints.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { appliedRun } from '../../src/rollback/applied-run.ts';
import { toSnapshots, withChanges } from '../../src/rollback/to-snapshots.ts';
import { touchedBy } from '../../src/rollback/touched.ts';
import { withFile } from '../../src/snapshot/change.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';
import { journalOf, plansOf, rollbackOf, specOf } from '../rollback/run-of.ts';

const RUN = '20260131t120000123-ab12';
const OLD = '20260101t000000000-0ld0';
const since = Date.parse('2026-01-24T12:00:00Z');

const path = (kind: 'vm' | 'container'): string =>
  `/etc/pve/nodes/pve1/${kind === 'vm' ? 'qemu-server' : 'lxc'}/100.conf`;

function guest(kind: 'vm' | 'container', text: string, live: readonly number[] = []): Survey {
  const storages = [
    'lvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent images,rootdir\n',
    'dir: other\n\tpath /mnt/other\n\tcontent images\n',
    'zfspool: tank\n\tpool tank\n\tcontent images,rootdir\n',
    'lvm: thick\n\tvgname thick\n\tcontent images,rootdir\n',
    'btrfs: butter\n\tpath /butter\n\tcontent images,rootdir\n',
    'iscsidirect: lun\n\tportal 192.0.2.1\n\ttarget iqn\n\tcontent images\n',
    'custom: plugged\n\tcontent images\n',
  ];
  return labSurvey({ files: { [path(kind)]: text, '/etc/pve/storage.cfg': storages.join('\n') }, live });
}

function withHa(survey: Survey): Survey {
  const clusters = survey.clusters.map((each) => withFile(each, '/etc/pve/ha/resources.cfg', 'vm: 100\n'));
  return { ...survey, clusters };
}

function kept(
  survey: Survey,
  kind: 'vm' | 'container',
  args: Readonly<Record<string, unknown>>,
): WithCheckpoints {
  const plans = plansOf(survey, specOf(kind, { vmid: 100, ...args }));
  return withCheckpoints(plans, survey, { run: RUN, keptSince: since });
}

const refused = ({ refusals }: WithCheckpoints): readonly string[] =>
  refusals.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message));

const section = (run: string, description = checkpointOf(run).description): string =>
  `\n[pvefleet-${run}]\n#${description}\ncores: 1\nsnaptime: 1\n`;

describe('a snapshot is taken first', () => {
  test('of what is changed; of a VM and of a container, with calls that PVE takes', () => {
    for (const kind of ['vm', 'container'] as const) {
      const { plans } = kept(guest(kind, 'cores: 2\n'), kind, { cores: 4 });
      const command = kind === 'vm' ? 'qm' : 'pct';
      expect(commandLines(plans)).toEqual([
        `pve1$ ${command} snapshot 100 pvefleet-${RUN} --description 'Taken by pvefleet before its run ${RUN}'`,
        `pve1$ ${command} set 100 --cores 4 --digest <digest of ${path(kind)}>`,
      ]);
      for (const { act } of plans.flatMap(({ changes }) => changes.flatMap(({ steps }) => steps)))
        expect(act.run === 'call' && checkCall(act.call)).toEqual([]);
      expect(plans[0]?.changes[0]?.steps.map(({ id }) => id)).toEqual(['1/1', '1/2']);
    }
  });

  test('not of what is made or removed, nor where nothing is changed, nor twice', () => {
    expect(commandLines(kept(labSurvey(), 'vm', { node: 'pve1' }).plans)).toEqual(['pve1$ qm create 100']);
    expect(commandLines(kept(guest('vm', 'cores: 2\n'), 'vm', { state: 'absent' }).plans)).toEqual([
      'pve1$ qm destroy 100',
    ]);
    expect(kept(guest('vm', 'cores: 2\n'), 'vm', { cores: 2 }).plans).toEqual([]);
    const again = kept(guest('vm', `cores: 2\n${section(RUN)}`), 'vm', { cores: 4 });
    expect(commandLines(again.plans)).toHaveLength(1);
  });

  test.each([
    ['scsi0: local-lvm:vm-100-disk-0,size=8G', undefined],
    ['scsi0: tank:vm-100-disk-0,size=8G', undefined],
    ['scsi0: other:100/vm-100-disk-0.qcow2,size=8G', undefined],
    ['scsi0: butter:100/vm-100-disk-0.raw,size=8G', undefined],
    ['scsi0: thick:vm-100-disk-0.qcow2,size=8G', undefined],
    ['scsi0: plugged:whatever,size=8G', undefined],
    ['ide2: local:iso/debian.iso,media=cdrom', undefined],
    ['ide2: none,media=cdrom', undefined],
    ['unused0: other:100/vm-100-disk-0.raw', undefined],
    [
      'scsi0: other:100/vm-100-disk-0.raw,size=8G',
      'of scsi0, other:100/vm-100-disk-0.raw is raw, and storage other (dir) has snapshots of qcow2 only',
    ],
    [
      'scsi0: thick:vm-100-disk-0,size=8G',
      'of scsi0, thick:vm-100-disk-0 is raw, and storage thick (lvm) has snapshots of qcow2 only',
    ],
    [
      'tpmstate0: other:100/vm-100-disk-1.raw,size=4M',
      'of tpmstate0, other:100/vm-100-disk-1.raw is raw, and storage other (dir) has snapshots of qcow2 only',
    ],
    ['scsi0: lun:0.0.0.scsi-1,size=8G', 'of scsi0, storage lun (iscsidirect) has no snapshots'],
    ['scsi0: /dev/sdb,size=8G', 'of scsi0, /dev/sdb is on no storage, and has no snapshots'],
    ['scsi0: gone:vm-100-disk-0,size=8G', 'of scsi0, storage gone is not defined'],
    ['template: 1', 'it is a template'],
  ])('with %s: refused for %s', (line, why) => {
    const found = refused(kept(guest('vm', `cores: 2\n${line}\n`), 'vm', { cores: 4 }));
    expect(found).toEqual(
      why === undefined
        ? []
        : [
            `Cannot take a snapshot of vm/100@lab: ${why}; all its disks are wanted on storages with snapshots`,
          ],
    );
  });

  test('a container with a bind mount has none', () => {
    const survey = guest(
      'container',
      'cores: 2\nmp0: /srv,mp=/srv\nrootfs: local-lvm:vm-100-disk-0,size=2G\n',
    );
    expect(refused(kept(survey, 'container', { cores: 4 }))).toEqual([
      'Cannot take a snapshot of container/100@lab: of mp0, /srv is on no storage, and has no snapshots; all its disks are wanted on storages with snapshots',
    ]);
  });
});

test('old ones are removed after the change, if they are ours by name and description', () => {
  const mine = section(OLD);
  const young = section('20260130t000000000-yng0');
  const others = `${section('20260101t000000000-oth0', 'by hand')}\n[before-upgrade]\ncores: 1\nsnaptime: 1\n`;
  const { plans } = kept(guest('vm', `cores: 2\n${mine}${young}${others}`), 'vm', { cores: 4 });
  expect(commandLines(plans).map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
    `qm snapshot 100`,
    'qm set 100',
    `qm delsnapshot 100`,
  ]);
  expect(commandLines(plans).at(-1)).toBe(`pve1$ qm delsnapshot 100 pvefleet-${OLD}`);
  expect(takenAt(checkpointOf(RUN))).toBe(Date.parse('2026-01-31T12:00:00.123Z'));
});

describe('going back to a snapshot', () => {
  const text = `cores: 4\nname: web\n${section(RUN)}`;

  function back(survey: Survey, args: Readonly<Record<string, unknown>>, allowDestroy = true) {
    const plans = plansOf(survey, specOf('vm', { vmid: 100, ...args }));
    const { changes } = appliedRun(journalOf(plans, predict(survey, plans)));
    return toSnapshots(touchedBy(changes), RUN, survey, allowDestroy);
  }

  test('is shown with what is lost, wants consent, and runs again what ran', () => {
    const found = back(guest('vm', text, [100]), { name: 'other' });
    const plans = withChanges([], found.changes);
    expect(commandLines(plans)).toEqual([`pve1$ qm rollback 100 pvefleet-${RUN}`, 'pve1$ qm start 100']);
    expect(plans[0]?.changes[0]).toMatchObject({
      id: '1',
      differences: [
        { property: 'cores', before: '4', after: '1' },
        { property: 'name', before: 'web' },
      ],
      risks: [
        'all that was written to its disks since the snapshot (1970-01-01T00:00Z) is lost',
        'it is stopped hard for it',
      ],
    });
    expect(back(guest('vm', text), { name: 'other' }, false).refusals.map(({ message }) => message)).toEqual([
      'Cannot put vm/100@lab back to its snapshot: what was written to its disks since is lost; consent is wanted',
    ]);
  });

  test('is what predict says, and does not come back itself', () => {
    const survey = guest('vm', text);
    const plans = withChanges([], back(survey, { name: 'other' }).changes);
    const after = predict(survey, plans);
    const files = after.clusters[0]?.files as Readonly<Record<string, string>>;
    expect(files[path('vm')]?.split('\n\n')[0]).toBe(`cores: 1\nparent: pvefleet-${RUN}`);
    expect(
      rollbackOf(appliedRun(journalOf(plans, after)), after).stays.map(({ message }) => message),
    ).toEqual([
      'Cannot bring back vm/100@lab: it was put back to a snapshot, and what was written between is lost; it is left as it is',
    ]);
  });

  test('has nothing to do with the generation id, which PVE makes anew each time', () => {
    const other = 'vmgenid: 11111111-1111-4111-8111-111111111111\n';
    const survey = guest(
      'vm',
      `${other}${text.replace('snaptime', `${other.replaceAll('1', '2')}snaptime`)}`,
    );
    const [change] = back(survey, { cores: 2 }).changes;
    expect(change?.differences.map(({ property }) => property)).toEqual(['cores', 'name']);
  });

  test('is not for what has none, is locked, or is managed by HA', () => {
    const none = back(guest('vm', 'cores: 2\n'), { cores: 4 });
    expect([none.changes, none.others.length, none.stays.map(({ message }) => message)]).toEqual([
      [],
      1,
      [
        'Cannot bring back the disks of vm/100@lab: there is no snapshot of it from before the run; only its options are taken back',
      ],
    ]);
    const survey = guest('vm', text);
    const plans = plansOf(survey, specOf('vm', { vmid: 100, name: 'other' }));
    const touched = touchedBy(appliedRun(journalOf(plans, predict(survey, plans))).changes);
    const locked = guest('vm', `lock: backup\n${text}`);
    expect(toSnapshots(touched, RUN, locked, true).refusals.map(({ message }) => message)).toEqual([
      'Cannot put vm/100@lab back to a snapshot: it is locked (backup)',
    ]);
    const ha = withHa(guest('vm', text));
    expect(toSnapshots(touched, RUN, ha, true).refusals.map(({ message }) => message)).toEqual([
      'Cannot put vm/100@lab back to a snapshot: it is managed by HA, which alone starts and stops it',
    ]);
    const onZfs = text.replace('snaptime', 'scsi0: tank:vm-100-disk-0,size=8G\nsnaptime');
    const newer = guest('vm', `${onZfs}\n[later]\ncores: 1\nsnaptime: 2\n`);
    expect(toSnapshots(touched, RUN, newer, true).refusals.map(({ message }) => message)).toEqual([
      'Cannot put vm/100@lab back to a snapshot: the storage of scsi0 goes back to the newest snapshot only, and newer ones are there: later',
    ]);
    expect(toSnapshots(touched, RUN, guest('vm', onZfs), true).refusals).toEqual([]);
  });
});
