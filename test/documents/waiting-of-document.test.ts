import { expect, test } from 'vitest';
import { planDocument } from '../../src/documents/plan-document.ts';
import type { DocumentPlan } from '../../src/documents/plan-document.ts';
import { waitingOfDocument } from '../../src/documents/waiting-of-document.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { planText } from '../../src/report/plan-text.ts';
import { labSurvey } from '../lab-snapshot.ts';

const brakes = { maxRestarts: 10, pauseSeconds: 0 };

function planned(args: Readonly<Record<string, unknown>>, live: readonly number[]): DocumentPlan {
  const survey = labSurvey({
    files: {
      '/etc/pve/nodes/pve1/qemu-server/100.conf':
        'agent: 1\ncores: 2\nsockets: 1\n\n[PENDING]\ncores: 4\nsockets: 2\ndelete: agent\n',
    },
    live,
  });
  const spec = { kind: 'vm', args: { vmid: 100, ...args }, positions: {}, declaredBy: 'document' };
  const plan = planDocument([spec], survey, { allowDestroy: true });
  if (!plan.ok) throw new Error(plan.diagnostics[0]?.message);
  return plan.value;
}

function text(plan: DocumentPlan): string {
  return planText(plan.plans, {
    colour: false,
    width: 100,
    declared: 1,
    brakes,
    waiting: waitingOfDocument(plan),
  });
}

test('a plan tells what is pending, runs and is wanted, and what is pending that it leaves so (pitfall 6)', () => {
  expect(text(planned({ cores: 6, agent: 0 }, [100]))).toBe(`\
~ vm/100@lab  vm/100 on pve1
    ~ cores: 4 → 6 (4 is pending, it runs with 2; after a restart)
    pve1$ qm set 100 --cores 6 --digest 04720a1f66817bda3bb67fe59311e6de5803b4c9

Pending, left as it is (what runs → what will be after a restart):
  vm/100@lab  on pve1
    ~ sockets: 1 → 2
    - agent: 1

Brakes: at most 10 restarts.
Plan: 0 to add, 1 to change, 0 to destroy; 1 needs a restart.
`);
});

test('it is told where nothing is to be changed, and of a stopped guest there is nothing to tell', () => {
  const plan = planned({ cores: 4 }, [100]);
  expect(text(plan)).toMatch(/^Pending, left as it is [^]* cores: 2 → 4\n[^]*Nothing to do/u);
  expect(JSON.parse(planJson(plan, brakes))).toMatchObject({
    plans: [],
    needsRestart: [{ address: 'vm/100@lab', node: 'pve1' }],
  });
  expect(waitingOfDocument(planned({ cores: 4 }, []))).toEqual([]);
  expect(waitingOfDocument(planned({ state: 'absent' }, [100]))).toEqual([]);
});
