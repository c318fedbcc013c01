import { isDeepStrictEqual } from 'node:util';
import { findAction } from '../actions/registry.ts';
import { findProperty } from '../modules/property.ts';
import type { ResourceModule } from '../modules/module.ts';
import { findModule } from '../modules/registry.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';

type Path = readonly (string | number)[];

/** Checks a module's arguments as far as they hold no templates; the rest is checked when it is rendered. */
export function checkArgs(reading: Reading, name: string, args: Written, path: Path): void {
  const module = findModule(name);
  if (module !== undefined) checkResource(reading, module, args, path);
  else if (isMapping(args.value)) checkAction(reading, name, args.value, path);
}

function checkResource(
  reading: Reading,
  module: ResourceModule,
  { value, positions }: Written,
  path: Path,
): void {
  if (!isMapping(value)) {
    reading.wrong(
      path,
      `Cannot read the arguments of "${module.kind}": they are ${kindOfValue(value)}; a mapping is wanted`,
    );
    return;
  }
  const isKnown = (key: string): boolean =>
    findProperty(module.properties, key) !== undefined || module.words.some((word) => word.name === key);
  const plain = Object.entries(value).filter(
    ([key, item]) => key === 'vmid' || !isKnown(key) || !holdsTemplate(item),
  );
  const parsed = module.parse(
    { kind: module.kind, args: Object.fromEntries(plain), positions, declaredBy: '' },
    '',
  );
  if (parsed.ok) return;
  // With a number or a name that is rendered later.
  const isLater = holdsTemplate(value['vmid']) || (value['vmid'] === 'auto' && holdsTemplate(value));
  const unknownYet = isLater ? reading.at([...path, 'vmid']) : undefined;
  reading.diagnostics.push(
    ...parsed.diagnostics.filter(({ at }) => !isDeepStrictEqual(at, unknownYet) || at === undefined),
  );
}

function holdsTemplate(value: unknown): boolean {
  if (typeof value === 'string') return /\{\{|\{%/u.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}

function checkAction(reading: Reading, name: string, args: Mapping, path: Path): void {
  const { keys = [], notYet = [] } = findAction(name) ?? {};
  for (const key of Object.keys(args)) {
    if (keys.includes(key)) continue;
    const what = notYet.includes(key)
      ? 'not supported yet'
      : `there is no such argument${didYouMean(key, [...keys, ...notYet])}`;
    reading.wrong([...path, key], `Cannot use "${key}" in "${name}": ${what}`);
  }
}
