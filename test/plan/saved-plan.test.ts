import { describe, expect, it, test } from 'vitest';
import { makePlan } from '../../src/plan/make-plan.ts';
import { parseSavedPlan } from '../../src/plan/parse-saved-plan.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { basisOf, changedSince } from '../../src/plan/saved-plan.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { readCases } from '../modules/case.ts';
import { plan } from '../report/samples.ts';

function saved(survey: Survey, plans: SavedPlan['plans']): SavedPlan {
  return {
    pvefleet: 'plan',
    version: 1,
    made: '2026-01-02T03:04:05.000Z',
    document: { file: 'web.yml', sha256: 'a' },
    plans,
    basis: basisOf(survey, plans),
  };
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.each([...readCases('vm'), ...readCases('container')])(
  '$name is saved whole, and holds while nothing has changed',
  ({ survey, specs, allowDestroy }) => {
    const { plans } = makePlan(survey, specs, { allowDestroy });
    const before = saved(survey, plans);
    expect(parseSavedPlan(throughJson(before))).toEqual(before);
    expect(changedSince(before, survey)).toEqual([]);
  },
);

describe('a saved plan', () => {
  const path = (node: string, vmid: number, folder = 'qemu-server'): string =>
    `/etc/pve/nodes/${node}/${folder}/${vmid}.conf`;
  const files = { [path('pve1', 101)]: 'cores: 1\n', [path('pve2', 102)]: 'cores: 1\n' };
  const spec = (args: Readonly<Record<string, unknown>>) => ({
    kind: 'vm',
    args,
    positions: {},
    declaredBy: 'test',
  });
  const specs = [spec({ vmid: 101, cores: 2 }), spec({ vmid: 103, node: 'pve1' })];
  const before = labSurvey({ files, live: [101] });
  const made = saved(before, makePlan(before, specs, { allowDestroy: false }).plans);
  const changes = (survey: Survey): readonly string[] =>
    changedSince(made, survey).map(
      ({ trouble, message }) =>
        `${trouble} ${message.replace('Cannot apply the saved plan: ', '').replace(/;.*/u, '')}`,
    );

  it.each([
    ['config', { ...files, [path('pve1', 101)]: 'cores: 3\n' }, `${path('pve1', 101)} was changed`],
    ['storages', { ...files, '/etc/pve/storage.cfg': '' }, '/etc/pve/storage.cfg was changed'],
    ['file that is new', { ...files, '/etc/pve/datacenter.cfg': 'a: b\n' }, '/etc/pve/datacenter.cfg is new'],
    [
      'VMID',
      { ...files, [path('pve3', 103, 'lxc')]: '' },
      `VMID 103 was taken by ${path('pve3', 103, 'lxc')}`,
    ],
  ])('names the %s that changed', (_what, now, message) => {
    expect(changes(labSurvey({ files: now, live: [101] }))).toEqual([`stale ${message} since it was made`]);
  });

  it('names a guest that moved, and one that was stopped', () => {
    const moved = { [path('pve2', 101)]: 'cores: 1\n' };
    expect(changes(labSurvey({ files: moved, live: [101] }))).toEqual([
      `stale ${path('pve1', 101)} was removed since it was made`,
    ]);
    expect(changes(labSurvey({ files }))).toEqual(['stale vm/101@lab was stopped since it was made']);
  });

  it('does not mind what it was not computed from', () => {
    const other = { ...files, [path('pve2', 102)]: 'cores: 9\n', [path('pve2', 110)]: '' };
    expect(changes(labSurvey({ files: other, live: [101, 110], unknown: { pve3: 'it is down' } }))).toEqual(
      [],
    );
  });

  it('waits for nodes and clusters that it needs', () => {
    expect(changes(labSurvey({ files, unknown: { pve1: 'host pve1 gave no answer' } }))).toEqual([
      "unreachable node pve1 can't be read, as host pve1 gave no answer",
    ]);
    expect(changes({ clusters: [], unreachable: [] })).toEqual(['unreachable cluster lab did not answer']);
  });

  it('of another form is refused with the place that is wrong', () => {
    const whole = saved(before, [plan]);
    expect(parseSavedPlan(throughJson(whole))).toEqual(whole);
    expect(parseSavedPlan({ ...whole, more: 1 })).toContain('Unrecognized key: "more"');
    expect(parseSavedPlan({ ...whole, basis: undefined })).toContain('"basis" is wrong');
    expect(parseSavedPlan({ ...whole, version: '1' })).toBe('its version is "1"; 1 is wanted');
    expect(parseSavedPlan([])).toContain('is wrong');
  });
});
