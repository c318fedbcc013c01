import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make-plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { identifySpecs } from '../../src/plan/identify-specs.ts';
import type { Spec } from '../../src/spec.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from './case.ts';

const options = { allowDestroy: false };
const at = { file: 'doc.yml', line: 3, column: 5 };

function vm(args: Spec['args']): Spec {
  return { kind: 'vm', args: { node: 'pve1', ...args }, positions: { '/vmid': at }, declaredBy: 'doc.yml' };
}

function container(args: Spec['args']): Spec {
  const needed = { node: 'pve2', ostemplate: 'local:vztmpl/x.tar.zst', rootfs: 'local-lvm:1' };
  return { kind: 'container', args: { ...needed, ...args }, positions: {}, declaredBy: 'doc.yml' };
}

const messages = (specs: readonly Spec[], survey = labSurvey()): readonly string[] =>
  makePlan(survey, specs, options).refusals.flatMap(({ diagnostics }) =>
    diagnostics.map(({ message }) => message),
  );

const vmid = fc.integer({ min: 100, max: 260 });

test('a hundred births get a hundred numbers that are free, the same each time, and keep them', () => {
  const situation = fc.record({
    there: fc.uniqueArray(vmid, { maxLength: 40 }),
    rules: fc.array(vmid, { maxLength: 10 }),
    fixed: fc.uniqueArray(vmid, { maxLength: 20 }),
    lower: fc.integer({ min: 100, max: 200 }),
    kinds: fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }),
  });
  fc.assert(
    fc.property(situation, ({ there, rules, fixed, lower, kinds }) => {
      const survey = labSurvey({
        files: {
          '/etc/pve/datacenter.cfg': `next-id: lower=${lower}\n`,
          ...Object.fromEntries(there.map((id) => [`/etc/pve/nodes/pve3/lxc/${id}.conf`, 'hostname: old\n'])),
          ...Object.fromEntries(rules.map((id) => [`/etc/pve/firewall/${id}.fw`, ''])),
        },
      });
      const specs = [
        ...kinds.map((isVm, index) =>
          isVm ? vm({ vmid: 'auto', name: `g${index}` }) : container({ vmid: 'auto', hostname: `g${index}` }),
        ),
        ...fixed.filter((id) => !there.includes(id)).map((id) => vm({ vmid: id, name: `fixed-${id}` })),
      ];
      const planned = makePlan(survey, specs, options);
      expect(planned.refusals).toEqual([]);
      const made = planned.plans.flatMap(({ changes }) => changes.map(({ address }) => Number(address.name)));
      expect(new Set(made).size).toBe(specs.length);
      const chosen = made.filter((id) => !fixed.includes(id));
      expect(chosen).toHaveLength(100);
      for (const id of chosen) expect(there.includes(id) || rules.includes(id) || id < lower).toBe(false);

      expect(makePlan(survey, specs, options)).toEqual(planned);
      const again = makePlan(predict(survey, planned.plans), specs.toReversed(), options);
      expect(again.refusals).toEqual([]);
      expect(commandLines(again.plans)).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test('births on one shared storage, and on one local storage of a node, are under one lock each', () => {
  const survey = labSurvey({
    files: {
      '/etc/pve/storage.cfg':
        'dir: local\n\tcontent vztmpl\n\npbs: no\n\tcontent backup\n\nrbd: ceph\n\tcontent images,rootdir\n\nlvmthin: local-lvm\n\tcontent images,rootdir\n',
    },
  });
  const specs = [
    vm({ vmid: 'auto', name: 'a', scsi0: 'ceph:1' }),
    vm({ vmid: 'auto', name: 'b', node: 'pve2', scsi0: { storage: 'ceph', size: '1G' } }),
    container({ vmid: 'auto', hostname: 'c', rootfs: 'ceph:1' }),
    container({ vmid: 'auto', hostname: 'd', mp0: 'local-lvm:1,mp=/srv' }),
    vm({ vmid: 'auto', name: 'e', scsi0: 'local-lvm:1', scsi1: 'local-lvm:2' }),
  ];
  const { plans, refusals } = makePlan(survey, specs, options);
  expect(refusals).toEqual([]);
  const locks = plans.flatMap(({ changes }) =>
    changes.flatMap(({ steps }) =>
      steps.map((step) => step.locks.filter((lock) => lock.startsWith('storage'))),
    ),
  );
  expect(locks).toEqual([
    ['storage/ceph@lab'],
    ['storage/ceph@lab'],
    ['storage/ceph@lab'],
    ['storage/local-lvm@lab/pve2'],
    ['storage/local-lvm@lab/pve1'],
  ]);
});

describe('a name', () => {
  test('that hosts of a cluster declare alike is one guest', () => {
    const specs = [vm({ vmid: 'auto', name: 'web' }), vm({ vmid: 'auto', name: 'web' })];
    expect(commandLines(makePlan(labSurvey(), specs, options).plans)).toEqual([
      'pve1$ qm create 100 --name web',
    ]);
  });

  test('that another spec gives to a number is refused', () => {
    expect(messages([vm({ vmid: 'auto', name: 'web' }), vm({ vmid: 105, name: 'web' })])).toEqual([
      'Cannot plan vm/web@lab: vm/105 at doc.yml:3:5 is declared with that name, too; one of them is wanted',
    ]);
  });

  test('may be that of a VM and of a container', () => {
    const specs = [vm({ vmid: 'auto', name: 'web' }), container({ vmid: 'auto', hostname: 'web' })];
    expect(commandLines(makePlan(labSurvey(), specs, options).plans)).toEqual([
      'pve1$ qm create 100 --name web',
      'pve2$ pct create 101 local:vztmpl/x.tar.zst --unprivileged 1 --rootfs local-lvm:1 --hostname web',
    ]);
  });

  test('that a guest may have whose config was not read is refused', () => {
    const survey = labSurvey({ files: { '/etc/pve/nodes/pve3/qemu-server/150.conf': 'name: web\n' } });
    const [snapshot] = survey.clusters;
    if (snapshot === undefined) throw new Error('no cluster');
    const { '/etc/pve/nodes/pve3/qemu-server/150.conf': _, ...files } = snapshot.files as Record<
      string,
      string
    >;
    const without = { ...survey, clusters: [{ ...snapshot, files }] };
    expect(messages([vm({ vmid: 'auto', name: 'web' })], without)).toEqual([
      'Cannot plan vm/web@lab: whether vm/150 has that name is not known, as .vmlist names guest 150, and /etc/pve/nodes/pve3/qemu-server/150.conf was not there',
    ]);
  });

  test('is told of each spec once, and a second time changes nothing', () => {
    const specs = [vm({ vmid: 'auto', name: 'web' }), vm({ vmid: 100, name: 'db' })];
    const once = identifySpecs(labSurvey(), specs).specs;
    expect(once.map(({ args }) => args['vmid'])).toEqual([101, 100]);
    expect(identifySpecs(labSurvey(), once).specs).toEqual(once);
  });
});
