import type { Controller } from './controller.ts';
import { named, numberOr } from './filter-arguments.ts';
import { text, truthy } from './filter-values.ts';
import { strftime } from './filters/strftime.ts';

/** A filter or test that asks the controller. */
export type ControllerFilter = (
  controller: Controller,
  value: unknown,
  ...args: readonly unknown[]
) => unknown;

/** Filters about this machine: its files, its variables, its clock. */
export const controllerFilters: Readonly<Record<string, ControllerFilter>> = {
  expanduser: (controller, value) => controller.expandUser(text(value)),
  expandvars: (controller, value) =>
    text(value).replaceAll(
      /\$(?:\{(\w+)\}|(\w+))/gu,
      (whole, inBraces?: string, plain?: string) => controller.environment(inBraces ?? plain ?? '') ?? whole,
    ),
  realpath: (controller, value) => controller.realPath(text(value)),
  fileglob: (controller, value) => controller.glob(text(value)),
  strftime: (controller, value, ...args) => {
    const { second, utc } = named(args, ['second', 'utc']);
    const seconds = typeof second === 'string' ? Number(second) : numberOr(second, controller.now());
    if (Number.isNaN(seconds)) throw new Error(`wants seconds since 1970, not ${JSON.stringify(second)}`);
    return strftime(text(value), seconds, truthy(utc) ? 'UTC' : 'local');
  },
};

/** Functions about this machine, which have no value before them. */
export const controllerFunctions: Readonly<Record<string, ControllerFilter>> = {
  /** The time as a text, by default as Python shows it. */
  now: (controller, ...args) => {
    const { utc, fmt } = named(
      args.filter((arg) => arg !== null),
      ['utc', 'fmt'],
    );
    const seconds = controller.now();
    const micros = String(Math.trunc((seconds % 1) * 1e6)).padStart(6, '0');
    return strftime(text(fmt ?? `%Y-%m-%d %H:%M:%S.${micros}`), seconds, truthy(utc) ? 'UTC' : 'local');
  },
};

const isKind =
  (kind: 'file' | 'directory'): ControllerFilter =>
  (controller, path) =>
    controller.statusOf(text(path))?.kind === kind;

const isLink: ControllerFilter = (controller, path) => controller.linkAt(text(path)) === 'link';
const isMount: ControllerFilter = (controller, path) => controller.statusOf(text(path))?.isMount === true;
const isSameFile: ControllerFilter = (controller, path, other) => {
  const [one, two] = [controller.statusOf(text(path)), controller.statusOf(text(other))];
  if (one === undefined || two === undefined)
    throw new Error(`there is no ${text(one === undefined ? path : other)}`);
  return one.id === two.id;
};

/** Tests of this machine's files. */
export const controllerTests: Readonly<Record<string, ControllerFilter>> = {
  exists: (controller, path) => controller.statusOf(text(path)) !== undefined,
  link_exists: (controller, path) => controller.linkAt(text(path)) !== undefined,
  file: isKind('file'),
  is_file: isKind('file'),
  directory: isKind('directory'),
  is_dir: isKind('directory'),
  link: isLink,
  is_link: isLink,
  mount: isMount,
  is_mount: isMount,
  same_file: isSameFile,
  is_same_file: isSameFile,
};
