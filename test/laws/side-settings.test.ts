import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findModule } from '../../src/modules/registry.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { loadArea } from '../../src/pve/load-area.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Spec } from '../../src/spec.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';

const pool = fc.constantFrom<string | null>('a', 'b', 'b/c', null);
const flags = fc.dictionary(
  fc.constantFrom('enable', 'dhcp', 'macfilter', 'ipfilter'),
  fc.constantFrom('0', '1'),
);
const wishedFlags = fc.oneof(
  fc.constant(null),
  fc.record(
    {
      enable: fc.constantFrom<unknown>(true, 'off', 1, null),
      dhcp: fc.constantFrom<unknown>(0, 'yes', null),
      macfilter: fc.constantFrom<unknown>('1', false),
      policy_in: fc.constantFrom<unknown>('accept', 'DROP', null),
      log_level_in: fc.constantFrom<unknown>('info', 'nolog'),
    },
    { requiredKeys: [] },
  ),
);

interface Before {
  readonly pool: string | null;
  readonly flags: Readonly<Record<string, string>>;
  readonly template: boolean;
  readonly isThere: boolean;
}

function survey(before: Before): Survey {
  const members = (name: string): string =>
    (before.pool === name ? '100,101' : '101').replace(name === 'a' ? '' : /,?101/u, '');
  const lines = Object.entries(before.flags).map(([name, value]) => `${name}: ${value}\n`);
  const user = `user:root@pam:1:0::::::\n\n\n${['a', 'b', 'b/c'].map((name) => `pool:${name}::${members(name)}::\n`).join('')}\n\n`;
  return labSurvey({
    files: {
      '/etc/pve/user.cfg': user,
      ...(before.isThere && {
        '/etc/pve/nodes/pve1/qemu-server/100.conf': `cores: 1\n${before.template ? 'template: 1\n' : ''}`,
        '/etc/pve/firewall/100.fw': `[OPTIONS]\n\n${lines.join('')}\n[RULES]\n\nIN ACCEPT -p tcp\n\n`,
      }),
    },
  });
}

const options = { allowDestroy: false };
const spec = (args: Spec['args']): Spec => ({ kind: 'vm', args, positions: {}, declaredBy: 'law' });

test('what was brought to its side settings is as declared, by calls that PVE takes, and so is what was exported', async () => {
  const before = fc.record({ pool, flags, template: fc.boolean(), isThere: fc.boolean() });
  const wish = fc.record({ pool, firewall: wishedFlags }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(before, wish, fc.boolean(), async (is, sides, isTemplate) => {
      const start = survey(is);
      const made = isTemplate || (is.isThere && is.template);
      const wanted = spec({ vmid: 100, node: 'pve1', cores: 1, ...sides, ...(made && { template: true }) });
      const planned = makePlan(start, [wanted], options);
      expect(planned.refusals).toEqual([]);
      for (const { act } of planned.plans.flatMap(({ changes }) => changes.flatMap(({ steps }) => steps)))
        if (act.run === 'call') expect(checkCall(act.call, await loadArea(act.call.path))).toEqual([]);
      const after = predict(start, planned.plans);
      expect(commandLines(makePlan(after, [wanted], options).plans)).toEqual([]);

      const [snapshot] = after.clusters;
      const module = findModule('vm');
      if (snapshot === undefined || module === undefined) throw new Error('no cluster');
      const args = module.toArgs(snapshot, { kind: 'vm', name: '100', cluster: 'lab' });
      if (args === undefined || isUnknown(args)) throw new Error('not exported');
      const again = makePlan(after, [spec(args)], options);
      expect([commandLines(again.plans), again.refusals]).toEqual([[], []]);
    }),
    { numRuns: 200 },
  );
});
