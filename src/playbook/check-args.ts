import { isDeepStrictEqual } from 'node:util';
import { findAction } from '../actions/registry.ts';
import { MISSING } from '../guest-acts/parse-act.ts';
import type { Planner } from '../plan/planner.ts';
import { findPlanner } from '../plan/planners.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Written } from './playbook.ts';
import type { Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';

type Path = readonly (string | number)[];

/** Checks a module's arguments as far as they hold no templates; the rest is checked when it is rendered. */
export function checkArgs(reading: Reading, name: string, args: Written, path: Path): void {
  const planner = findPlanner(name);
  if (planner !== undefined) checkResource(reading, planner, args, path);
  else checkAction(reading, name, args, path);
}

function checkResource(reading: Reading, planner: Planner, { value, positions }: Written, path: Path): void {
  if (!isMapping(value)) {
    reading.wrong(
      path,
      `Cannot read the arguments of "${planner.kind}": they are ${kindOfValue(value)}; a mapping is wanted`,
    );
    return;
  }
  const plain = Object.entries(value).filter(
    ([key, item]) => key === 'vmid' || !planner.knows(key) || !holdsTemplate(item),
  );
  const parsed = planner.parse(
    { kind: planner.kind, args: Object.fromEntries(plain), positions, declaredBy: '' },
    '',
  );
  if (parsed.ok) return;
  // With a number or a name that is rendered later.
  const isLater = holdsTemplate(value['vmid']) || (value['vmid'] === 'auto' && holdsTemplate(value));
  const unknownYet = isLater ? reading.at([...path, 'vmid']) : undefined;
  const isPartial = plain.length < Object.keys(value).length;
  reading.diagnostics.push(
    ...parsed.diagnostics.filter(
      ({ at, code }) =>
        !(isPartial && code === MISSING) && (!isDeepStrictEqual(at, unknownYet) || at === undefined),
    ),
  );
}

function holdsTemplate(value: unknown): boolean {
  if (typeof value === 'string') return /\{\{|\{%/u.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}

function checkAction(reading: Reading, name: string, args: Written, path: Path): void {
  const action = findAction(name);
  if (action === undefined) return;
  const { keys, notYet } = action;
  const given = isMapping(args.value) && action.takesAny !== true ? Object.keys(args.value) : [];
  const wrong = given.filter((key) => !keys.includes(key));
  for (const key of wrong) {
    const what = notYet.includes(key)
      ? 'not supported yet'
      : `there is no such argument${didYouMean(key, [...keys, ...notYet])}`;
    reading.wrong([...path, key], `Cannot use "${key}" in "${name}": ${what}`);
  }
  if (wrong.length > 0 || holdsTemplate(args.value)) return;
  const parsed = action.parse(args.value ?? null, args.positions);
  if (!parsed.ok) reading.diagnostics.push(...parsed.diagnostics);
}
