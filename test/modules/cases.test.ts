import { describe, expect, test } from 'vitest';
import { actArgv } from '../../src/apply/step-script.ts';
import { findModule } from '../../src/modules/registry.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Step } from '../../src/plan/plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { loadArea } from '../../src/pve/load-area.ts';
import { showCommand } from '../../src/pve/render-call.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Case } from './case.ts';
import { caseKinds, commandLines, readCases, refusalLine } from './case.ts';

describe.each(caseKinds)('%s', (kind) => {
  test.each(readCases(kind))('$name: $about', async (each) => {
    const { allowDestroy, rotateSecrets, knownSecrets } = each;
    const options = { allowDestroy, rotateSecrets, knownSecrets };
    const planned = makePlan(each.survey, each.specs, options);
    const refused = planned.refusals.flatMap(({ diagnostics }) => diagnostics.map(refusalLine));
    expect(refused).toEqual(
      each.refused.map((line) => {
        const part = /^(?<place>\S+ \S+) \*(?<text>.*)\*$/u.exec(line)?.groups;
        return part === undefined
          ? line
          : expect.stringMatching(new RegExp(`^${part['place']} .*${part['text']}`, 'su'));
      }),
    );
    expect(commandLines(planned.plans)).toEqual(
      each.commands.map((line) => (line.startsWith('*') ? expect.stringContaining(line.slice(1, -1)) : line)),
    );
    expect(planned.warnings.map(({ code }) => code)).toEqual(each.warnings);
    const changes = planned.plans.flatMap((plan) => plan.changes);
    expect(changes.flatMap(({ risks }) => risks)).toEqual(each.risks);
    expect(
      changes.flatMap(({ differences }) =>
        differences.filter(({ effect }) => effect === 'restart').map(({ property }) => property),
      ),
    ).toEqual(each.restart);

    for (const { act } of changes.flatMap(({ steps }) => steps)) {
      if (act.run === 'call') expect(checkCall(act.call, await loadArea(act.call.path))).toEqual([]);
    }

    if (each.left !== undefined)
      expect(judged(each, changes[0]?.steps[0])).toEqual([each.left.missing, each.left.takesBack]);

    const after = predict(each.survey, planned.plans);
    const [snapshot] = after.clusters;
    if (snapshot === undefined || isUnknown(snapshot.files)) throw new Error('the prediction lost the files');
    for (const [path, text] of Object.entries(each.after)) expect(snapshot.files[path] ?? null).toEqual(text);
    if (each.running !== undefined) {
      const running = Object.values(snapshot.nodes).flatMap((node) =>
        isUnknown(node) || isUnknown(node.running) ? [] : [...node.running.vms, ...node.running.containers],
      );
      expect(running).toEqual(each.running);
    }
    if (each.refused.length === 0 && !each.repeats) {
      const again = makePlan(after, each.specs, options).plans.map((plan) => ({
        ...plan,
        changes: plan.changes.filter(({ waits }) => waits !== true),
      }));
      expect(commandLines(again)).toEqual([]);
    }
  });
});

/** What is said of the first step, and what would take back what it has left. */
function judged(
  { survey, leftBy }: Case,
  step: Step | undefined,
): readonly [readonly string[], readonly string[]] {
  const [before] = survey.clusters;
  const [after] = leftBy.clusters;
  const effects = step?.effects ?? [];
  if (before === undefined || after === undefined) throw new Error('no cluster');
  const missing = effects.flatMap(
    (effect) =>
      findModule(effect.address.kind)
        ?.verify(after, effect)
        .map(({ message }) => message) ?? [],
  );
  const back = effects.flatMap(
    (effect) => findModule(effect.address.kind)?.takeBack(before, after, effect) ?? [],
  );
  return [missing, back.map(({ node, act }) => `${node}$ ${showCommand(actArgv(act))}`)];
}
