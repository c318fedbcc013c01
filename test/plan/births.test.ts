import { expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make-plan.ts';
import { predict } from '../../src/plan/predict.ts';
import type { Spec } from '../../src/spec.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';

const path = '/etc/pve/nodes/pve1/qemu-server/9000.conf';
const golden = 'name: golden\nscsi0: local-lvm:base-9000-disk-0,size=2G\ntemplate: 1\n';
const declared = (args: Spec['args'], kind = 'vm'): Spec => ({
  kind,
  args,
  positions: {},
  declaredBy: 'test',
});
const made = { vmid: 9000, node: 'pve1', name: 'golden', template: true, scsi0: 'local-lvm:2' };
const clones = [1, 2, 3].map((index) =>
  declared({ vmid: 'auto', name: `web-${index}`, clone: 'golden', scsi0: { size: '4G' } }),
);
const planned = (specs: readonly Spec[], files: Readonly<Record<string, string>> = {}) =>
  makePlan(labSurvey({ files }), specs, { allowDestroy: true });
const refusals = ({ refusals: all }: ReturnType<typeof planned>): readonly string[] =>
  all.flatMap(({ diagnostics }) => diagnostics.map(({ code, message }) => `${code} ${message}`));

test('clones of a template that is declared too are made after it, as it will be', () => {
  const survey = labSurvey();
  const specs = [...clones, declared(made)];
  const { plans, refusals: refused } = makePlan(survey, specs, { allowDestroy: false });
  expect(refused).toEqual([]);
  expect(plans[0]?.changes.map(({ id, after }) => [id, after])).toEqual([
    ['4', []],
    ['1', ['4']],
    ['2', ['4']],
    ['3', ['4']],
  ]);
  expect(commandLines(plans).filter((line) => line.includes('clone'))).toEqual([
    'pve1$ qm clone 9000 100 --name web-1',
    'pve1$ qm clone 9000 101 --name web-2',
    'pve1$ qm clone 9000 102 --name web-3',
  ]);
  // A saved plan is held against files that are there.
  expect(plans[0]?.changes.map(({ digests }) => digests)).toEqual([{}, {}, {}, {}]);
  expect(makePlan(predict(survey, plans), specs, { allowDestroy: false }).plans).toEqual([]);
});

test('a template that is there is what the plan was made from; its clones wait for one another at the storage alone', () => {
  const { plans } = planned(clones, { [path]: golden });
  const changes = plans[0]?.changes ?? [];
  expect(changes.map(({ digests }) => Object.keys(digests))).toEqual([[path], [path], [path]]);
  expect(changes.map(({ steps: [step] }) => step?.locks)).toEqual([
    ['guest/100@lab', 'storage/local-lvm@lab/pve1'],
    ['guest/101@lab', 'storage/local-lvm@lab/pve1'],
    ['guest/102@lab', 'storage/local-lvm@lab/pve1'],
  ]);
});

test('a clone of a container, or of a VM that runs, has its source to itself', () => {
  const source = '/etc/pve/nodes/pve1/lxc/200.conf';
  const survey = labSurvey({ files: { [source]: 'rootfs: local-lvm:vm-200-disk-0,size=1G\n' } });
  const { plans } = makePlan(survey, [declared({ vmid: 210, clone: 200 }, 'container')], {
    allowDestroy: false,
  });
  expect(plans[0]?.changes[0]?.steps[0]?.locks).toContain('guest/200@lab');
  const vm = labSurvey({ files: { [path]: golden.replace('template: 1\n', '') }, live: [9000] });
  const running = makePlan(vm, [declared({ vmid: 100, clone: 9000 })], { allowDestroy: false });
  expect(running.plans[0]?.changes[0]?.steps[0]?.locks).toContain('guest/9000@lab');
});

test('of what is declared absent, can not be planned, or is made of itself there are no clones', () => {
  const clone = declared({ vmid: 100, clone: 9000 });
  expect(refusals(planned([clone, declared({ vmid: 9000, state: 'absent' })], { [path]: golden }))).toEqual([
    'plan/made-of Cannot plan vm/100@lab: it is made of vm/9000@lab, which is declared absent',
  ]);
  expect(refusals(planned([clone, declared({ ...made, scsi0: 'nowhere:2' })]))).toEqual([
    "plan/made-of Cannot plan vm/100@lab: it is made of vm/9000@lab, which can't be planned",
    'guest/no-storage Cannot plan vm/9000@lab: there is no storage "nowhere"',
  ]);
  expect(
    refusals(planned([declared({ vmid: 100, clone: 101 }), declared({ vmid: 101, clone: 100 })])),
  ).toEqual([
    "plan/made-of Cannot plan vm/100@lab: it is made of vm/101@lab, which can't be planned",
    'plan/made-of Cannot plan vm/101@lab: it is made of vm/100@lab, and that of it',
  ]);
});

test('a name that a guest has and another spec gives is ambiguous', () => {
  const other = declared({ vmid: 9001, node: 'pve1', name: 'golden' });
  expect(refusals(planned([...clones.slice(0, 1), other], { [path]: golden }))).toEqual([
    'guest/ambiguous-name Cannot plan vm/100@lab: vm/9000 and vm/9001 are called "golden"; one is wanted to be cloned',
  ]);
});
