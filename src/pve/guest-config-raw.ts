import { readConfigLine, type ConfigLine } from './guest-config-line.ts';
import type { GuestConfig } from './guest-config.ts';

/** The config with these lines in the place of all that raw key had in the current section: behind its other lines. */
export function setRawLines(config: GuestConfig, key: string, values: readonly string[]): GuestConfig {
  const [current, ...others] = config.sections;
  if (current === undefined) return config;
  const kept = current.lines.filter((line) => line.type !== 'raw' || line.key !== key);
  const end = kept.findLastIndex((line) => line.type !== 'blank') + 1;
  const last = kept[end - 1];
  const closed: readonly ConfigLine[] =
    last === undefined || last.text.endsWith('\n')
      ? kept.slice(0, end)
      : [...kept.slice(0, end - 1), { ...last, text: `${last.text}\n` }];
  const made = values.map((value) => readConfigLine('container', `${`${key}: ${value}`.trimEnd()}\n`));
  return {
    ...config,
    sections: [{ ...current, lines: [...closed, ...made, ...kept.slice(end)] }, ...others],
  };
}
