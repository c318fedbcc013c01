import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findModule } from '../../src/modules/registry.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { appliedRun } from '../../src/rollback/applied-run.ts';
import type { Rollback } from '../../src/rollback/plan-rollback.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { journalOf, plansOf, rollbackOf, specOf } from '../rollback/run-of.ts';
import { guestSpec } from './guest-spec.ts';

type Args = Readonly<Record<string, unknown>>;

function plan(survey: Survey, kind: string, args: Args): readonly Plan[] {
  return plansOf(survey, specOf(kind, args));
}

/** What takes the plans back, once they were applied and left a survey, and it is now another. */
function rollback(before: Survey, plans: readonly Plan[], left: Survey, now: Survey): Rollback {
  return rollbackOf(appliedRun(journalOf(plans, left, before)), now);
}

/** A guest as one sees it: its options, what waits for a restart, whether it runs. */
function seen(survey: Survey, kind: string) {
  const [snapshot] = survey.clusters;
  const module = findModule(kind);
  if (snapshot === undefined || module === undefined) throw new Error('no snapshot');
  const at = { kind, name: '100', cluster: 'lab' };
  const state = module.read(snapshot, at);
  const args = module.toArgs(snapshot, at);
  const pending = module.pending(snapshot, at);
  if (isUnknown(state) || isUnknown(args) || isUnknown(pending)) throw new Error('not known');
  return { options: state?.options, pending, state: args?.['state'] };
}

/** Options that plans bring only with a restart. */
function waitingFor(plans: readonly Plan[]): ReadonlySet<string> {
  const differences = plans.flatMap(({ changes }) => changes.flatMap((change) => change.differences));
  return new Set(differences.filter(({ effect }) => effect === 'restart').map(({ property }) => property));
}

/** The arguments without some of them. */
function leaving(args: Args, ...names: readonly string[]): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
}

/** Parts that the plans say do not come back: "scsi0.size", and "scsi1" for all of it. */
function lastingOf(plans: readonly Plan[]): Set<string> {
  const steps = plans.flatMap(({ changes }) => changes.flatMap((change) => change.steps));
  return new Set(
    steps.flatMap(({ undo, effects }) =>
      'impossible' in undo
        ? (undo.options ??
          effects.flatMap((effect) =>
            effect.brings === 'options' ? Object.keys(flat(effect.set)).map(String) : [],
          ))
        : [],
    ),
  );
}

/** It is said that the machine stays: none, and the version that PVE pins to Windows, count as the same. */
function isPinned(stays: Rollback['stays'], options: Readonly<Record<string, unknown>> = {}): boolean {
  const isSaid = stays.some(({ message }) => message.includes(' back machine of '));
  return isSaid && String(options['ostype']).startsWith('w');
}

/** Options by "cores", their parts by "scsi0.size". */
function flat(options: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([option, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([key, part]) => [`${option}.${key}`, part])
        : [[option, value]],
    ),
  );
}

const whole = (options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => options;

const isOf = (name: string, parts: ReadonlySet<string>): boolean =>
  parts.has(name) || parts.has(name.split('.')[0] ?? '');

const without = (
  options: Readonly<Record<string, unknown>> | undefined,
  parts: ReadonlySet<string>,
): unknown => Object.fromEntries(Object.entries(flat(options)).filter(([name]) => !isOf(name, parts)));

describe.each(['vm', 'container'] as const)('law 5 for %s', (kind) => {
  // What is protected is not removed, no container without a memory of its own comes from PVE, and only a node can tell
  // the digest of a file with a secret in it.
  const newGuest = guestSpec(kind, 'new').map((args): Args => ({
    ...leaving(args, 'cipassword'),
    protection: false,
    ...(kind === 'container' && { memory: args['memory'] ?? 512 }),
  }));
  const more = fc.record<Record<string, unknown>>(
    {
      state: fc.constantFrom('running', 'stopped'),
      ...(kind === 'vm'
        ? { scsi1: fc.constant('local-lvm:4,discard=on'), ide2: fc.constantFrom(null, 'none,media=cdrom') }
        : { mp9: fc.constant('local-lvm:4,mp=/srv') }),
      net1: fc.constant(kind === 'vm' ? 'e1000,bridge=vmbr0,tag=3' : 'name=eth1,bridge=vmbr0'),
    },
    { requiredKeys: [] },
  );
  const change = fc
    .tuple(guestSpec(kind, 'change'), more)
    .map(([args, also]): Args => ({ ...leaving(args, 'cipassword', 'protection'), ...also }));

  test('undoing gives back the first snapshot, where the plan says that it can be undone', () => {
    fc.assert(
      fc.property(newGuest, change, (first, second) => {
        const empty = labSurvey();
        const making = plan(empty, kind, first);
        const made = predict(empty, making);
        const unmade = rollback(empty, making, made, made);
        expect(unmade.stays).toEqual([]);
        expect(seen(predict(made, plansOf(made, ...unmade.specs)), kind)).toEqual(seen(empty, kind));

        const changing = plan(made, kind, second);
        const changed = predict(made, changing);
        const { specs, stays } = rollback(made, changing, changed, changed);
        const goingBack = plansOf(changed, ...specs);
        const back = predict(changed, goingBack);
        expect(plansOf(back, ...rollback(made, changing, changed, back).specs)).toEqual([]);
        const lasting = lastingOf(changing);
        const said = stays.map(({ message }) => / back (?<name>\S+) of /u.exec(message)?.groups?.['name']);
        const option = (name = ''): string => name.split('.')[0] ?? '';
        const [was, is] = [seen(made, kind), seen(back, kind)];
        if (isPinned(stays, is.options)) lasting.add('machine');
        expect(new Set(said.map(option))).toEqual(new Set([...lasting].map(option)));
        // A mount point is added at once, and removed after a restart.
        const waits = waitingFor(goingBack);
        if (lasting.size === 0)
          expect({ ...is, pending: is.pending.filter(({ property }) => !waits.has(property)) }).toEqual(was);
        expect(without(is.options, lasting)).toEqual(without(was.options, lasting));
        expect(is.state).toBe(was.state);
      }),
      { numRuns: 15 },
    );
  });

  test('what others changed since is left as it is, and all else goes back', () => {
    fc.assert(
      fc.property(
        newGuest,
        change,
        // What is protected is not changed back, and without a boot order of its own PVE makes one up.
        guestSpec(kind, 'change').map((args) => leaving(args, 'protection', 'boot')),
        (first, second, third) => {
          const made = predict(labSurvey(), plan(labSurvey(), kind, first));
          const changing = plan(made, kind, second);
          const left = predict(made, changing);
          const others = makePlan(left, [specOf(kind, third)], { allowDestroy: true });
          // They may want a smaller disk.
          fc.pre(others.refusals.length === 0);
          const now = predict(left, others.plans);
          const { specs, stays } = rollback(made, changing, left, now);
          const then = predict(now, plansOf(now, ...specs));
          const [before = {}, after = {}, present = {}, back = {}] = [made, left, now, then].map(
            (each) => seen(each, kind).options,
          );
          const lasting = lastingOf(changing);
          if (isPinned(stays, present)) lasting.add('machine');
          for (const option of Object.keys({ ...before, ...after, ...present, ...back })) {
            const versions = [before[option], after[option], present[option]];
            // What was not there at some time is one thing, not parts.
            const split = versions.every((value) => typeof value === 'object') ? flat : whole;
            const [was, gave, is, end] = [before, after, present, back].map((each) =>
              split({ [option]: each[option] }),
            );
            for (const name of Object.keys({ ...was, ...gave, ...is, ...end })) {
              const stayed = !isDeepStrictEqual(is?.[name], gave?.[name]) || isOf(name, lasting);
              expect([name, end?.[name]]).toEqual([name, (stayed ? is : was)?.[name]]);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
