import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { rawOptions } from '../../pve/guest-config.ts';
import { rawKeyProblem } from '../../pve/lxc-raw-keys.ts';
import type { Parsed } from './parse-option.ts';

/**
 * Options that are lines of a container's config, several of one key: raw LXC options, and the variables that `pct set`
 * takes only with a NUL between them, which no command line can carry. Their value is the lines' text, in order.
 */
export const ENVIRONMENT = 'lxc.environment.runtime';

/** The key that the lines of an option begin with. */
export const lineKey = (option: string): string => (option === 'env' ? ENVIRONMENT : option);

/** Options with those that are lines among them. */
export function withLines(config: GuestConfig, options: Options): Options {
  if (config.kind !== 'container') return options;
  const found: Record<string, string> = Object.assign(Object.create(null), options);
  const env = found['env'];
  if (env !== undefined) found['env'] = env.replaceAll('\0', '\n');
  for (const { key, value } of rawOptions(config))
    found[key] = found[key] === undefined ? value : `${found[key]}\n${value}`;
  return found;
}

/** A list of lines, or a text of one or several; each as it will stand in the file. */
export function parseLines(option: string, value: unknown): Parsed {
  const wrong = (message: string): Parsed => ({ value: null, problems: [{ path: [], message }] });
  const problem = keyProblem(option);
  if (problem !== undefined) return wrong(problem);
  const items: readonly unknown[] = Array.isArray(value) ? value : linesOf(value);
  const lines = items.map((item) =>
    typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean'
      ? String(item).trim()
      : '',
  );
  // An empty line takes back what LXC's own files have set before it: "lxc.cap.drop:".
  if (lines.some((line) => (line === '' && option === 'env') || /[\0\r\n]/u.test(line)))
    return wrong('a list of lines is wanted, each a text of one line');
  const unset = option === 'env' ? lines.find((line) => !/^\w+=/u.test(line)) : undefined;
  if (unset !== undefined) return wrong(`"${unset}" sets no variable; NAME=VALUE is wanted`);
  return { value: lines.join('\n'), problems: [] };
}

function linesOf(value: unknown): readonly unknown[] {
  return typeof value === 'string' ? value.replace(/\n$/u, '').split('\n') : [value];
}

function keyProblem(option: string): string | undefined {
  if (option === 'env') return undefined;
  return option === ENVIRONMENT
    ? `"${option}" is what PVE calls env; "env" is wanted`
    : rawKeyProblem(option);
}
