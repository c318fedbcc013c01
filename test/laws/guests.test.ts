import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make-plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { findModule } from '../../src/modules/registry.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Spec } from '../../src/spec.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';
import { guestSpec } from './guest-spec.ts';

const options = { allowDestroy: false };

function spec(kind: string, args: Readonly<Record<string, unknown>>): Spec {
  return { kind, args, positions: {}, declaredBy: 'law' };
}

/** The specs that declare exactly what a survey holds. */
function exported(survey: Survey): readonly Spec[] {
  return survey.clusters.flatMap((snapshot) =>
    ['vm', 'container'].flatMap((kind) => {
      const module = findModule(kind);
      const all = module?.list(snapshot) ?? [];
      if (module === undefined || isUnknown(all)) throw new Error('not listed');
      return all.map((at) => {
        const args = module.toArgs(snapshot, at);
        if (args === undefined || isUnknown(args)) throw new Error('not exported');
        return spec(kind, args);
      });
    }),
  );
}

/** Sample configs by path in the cluster: our own, and those of PVE's test suites where they are at hand. */
function samples(): readonly { readonly name: string; readonly path: string; readonly text: string }[] {
  const roots = [
    join(import.meta.dirname, '..', 'pve', 'samples'),
    join(import.meta.dirname, '..', '..', '..', 'shared', 'pve', 'configs'),
  ];
  return roots
    .filter((root) => existsSync(root))
    .flatMap((root) =>
      (readdirSync(root, { recursive: true }) as string[])
        .filter((name) => /^(?:vm|ct|container)\/.*\.conf/u.test(name))
        .map((name) => ({
          name,
          path: `/etc/pve/nodes/pve1/${name.startsWith('vm') ? 'qemu-server' : 'lxc'}/100.conf`,
          text: readFileSync(join(root, name), 'utf8'),
        })),
    );
}

describe('law 1: what was exported is converged', () => {
  test('there are samples', () => expect(samples().length).toBeGreaterThan(10));

  test.each(samples())('$name', ({ path, text }) => {
    for (const live of [[], [100]]) {
      const survey = labSurvey({
        files: { [path]: text },
        live,
        bridges: ['vmbr0', 'vmbr1', 'vmbr2', 'vmbr3', 'vmbr4'],
      });
      const planned = makePlan(survey, exported(survey), options);
      expect(
        planned.refusals.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)),
      ).toEqual([]);
      expect(commandLines(planned.plans)).toEqual([]);
    }
  });
});

describe.each(['vm', 'container'] as const)('laws 2 and 4 for %s', (kind) => {
  test('what was made from a spec is as the spec says, and every call is one that PVE takes', () => {
    fc.assert(
      fc.property(guestSpec(kind, 'new'), (args) => {
        const survey = labSurvey();
        expectConverged(survey, spec(kind, args));
      }),
      { numRuns: 40 },
    );
  });

  test('what was changed to another spec is as that spec says, running or not', () => {
    fc.assert(
      fc.property(
        guestSpec(kind, 'new'),
        guestSpec(kind, 'change'),
        fc.boolean(),
        (first, second, running) => {
          const made = expectConverged(
            labSurvey(),
            spec(kind, { ...first, state: running ? 'running' : 'stopped' }),
          );
          expectConverged(made, spec(kind, second));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe.each(['vm', 'container'] as const)('births of %s', (kind) => {
  test('a clone of what was made from one spec is as another one says, and every call is one that PVE takes', () => {
    fc.assert(
      fc.property(guestSpec(kind, 'new'), guestSpec(kind, 'change'), (source, changed) => {
        // A directory of the node can't be cloned; and protection stands against changes of any disk.
        const { protection: _protection, mp0: _directory, ...made } = source;
        const rest = Object.entries(changed).filter(([option]) => !NOT_OF_CLONES.includes(option));
        const survey = expectConverged(labSurvey(), spec(kind, { ...made, state: 'stopped' }));
        const vmid = source['vmid'];
        expectConverged(survey, spec(kind, { ...Object.fromEntries(rest), vmid: 999, clone: vmid }));
      }),
      { numRuns: 30 },
    );
  });
});

const NOT_OF_CLONES = ['smbios1', 'ostemplate', 'password', 'ssh-public-keys', 'unprivileged'];

function expectConverged(survey: Survey, wanted: Spec): Survey {
  const planned = makePlan(survey, [wanted], options);
  expect(planned.refusals.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message))).toEqual(
    [],
  );
  for (const { act } of planned.plans.flatMap(({ changes }) => changes.flatMap(({ steps }) => steps))) {
    if (act.run === 'call') expect(checkCall(act.call)).toEqual([]);
  }
  const after = predict(survey, planned.plans);
  expect(commandLines(makePlan(after, [wanted], options).plans)).toEqual([]);
  return after;
}
