import { isDeepStrictEqual } from 'node:util';
import { findAction } from '../actions/registry.ts';
import { MISSING } from '../guest-acts/parse-act.ts';
import type { Planner } from '../plan/planner.ts';
import { findPlanner } from '../plan/planners.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';

type Path = readonly (string | number)[];

/** Checks a module's arguments as far as they hold no templates; the rest is checked when it is rendered. */
export function checkArgs(reading: Reading, name: string, args: Written, path: Path): void {
  const planner = findPlanner(name);
  if (planner !== undefined) checkResource(reading, planner, args, path);
  else if (isMapping(args.value)) checkAction(reading, name, args.value, path);
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

function checkAction(reading: Reading, name: string, args: Mapping, path: Path): void {
  const action = findAction(name);
  if (action === undefined || action.takesAny === true) return;
  const { keys, notYet } = action;
  for (const key of Object.keys(args)) {
    if (keys.includes(key)) continue;
    const what = notYet.includes(key)
      ? 'not supported yet'
      : `there is no such argument${didYouMean(key, [...keys, ...notYet])}`;
    reading.wrong([...path, key], `Cannot use "${key}" in "${name}": ${what}`);
  }
}
