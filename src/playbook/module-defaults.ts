import { actionNames, findAction } from '../actions/registry.ts';
import { plannerKinds } from '../plan/planners.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { bareName } from './keywords.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';

type Path = readonly (string | number)[];

/** Arguments that tasks have where they don't give them themselves, by module. */
export type ModuleDefaults = ReadonlyMap<string, Written<Mapping>>;

/** Reads "module_defaults" of a play, block or task. */
export function readModuleDefaults(reading: Reading, from: Mapping, path: Path): ModuleDefaults {
  const value = from['module_defaults'];
  const place = [...path, 'module_defaults'];
  const defaults = new Map<string, Written<Mapping>>();
  if (value === undefined || value === null) return defaults;
  if (!isMapping(value)) {
    const what = kindOfValue(value);
    reading.wrong(place, `Cannot read "module_defaults": it is ${what}; a mapping of modules is wanted`);
    return defaults;
  }
  for (const [key, args] of Object.entries(value)) {
    const module = moduleOf(key);
    const at = [...place, key];
    if (module === undefined) {
      const known = [...plannerKinds, ...actionNames];
      const what = key.startsWith('group/')
        ? 'groups of modules are not supported yet'
        : `there is no such module${didYouMean(bareName(key), known)}`;
      reading.wrong(at, `Cannot use "${key}" in "module_defaults": ${what}`);
    } else if (isMapping(args)) {
      const own = plannerKinds.includes(module) ? reading.asText(args, at) : args;
      const { positions } = reading.written(args, at);
      defaults.set(module, { value: isMapping(own) ? own : args, positions });
    } else
      reading.wrong(at, `Cannot read "${key}": it is ${kindOfValue(args)}; a mapping of arguments is wanted`);
  }
  return defaults;
}

function moduleOf(key: string): string | undefined {
  const bare = bareName(key);
  return findAction(bare)?.name ?? plannerKinds.find((kind) => kind === key);
}

/** A task's arguments with those that it has by default, outermost first. */
export function withDefaults(args: Written, module: string, all: readonly ModuleDefaults[]): Written {
  const own = all.flatMap((defaults) => defaults.get(module) ?? []);
  if (own.length === 0) return args;
  const values = Object.assign({}, ...own.map(({ value }) => value)) as Mapping;
  const positions = Object.assign({}, ...own.map((each) => each.positions)) as Written['positions'];
  const given = asMapping(args);
  return { value: { ...values, ...given.value }, positions: { ...positions, ...given.positions } };
}

/** Text of a module that takes it ("command: uptime") is its "cmd". */
function asMapping({ value, positions }: Written): Written<Mapping> {
  if (isMapping(value)) return { value, positions };
  if (value === null || value === undefined || value === '') return { value: {}, positions };
  const at = positions[''];
  return { value: { cmd: value }, positions: { ...positions, ...(at && { '/cmd': at }) } };
}
