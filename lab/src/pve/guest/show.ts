import { encodeText } from '../formats/values.ts';
import type { Section } from './config.ts';

/** The lines of `qm config` and `pct config`: options by name, the description encoded on one line. */
export function configLines(section: Section): string {
  return [...section.keys()]
    .toSorted()
    .map(
      (name) =>
        `${name}: ${name === 'description' ? encodeText(section.get(name) ?? '') : section.get(name)}\n`,
    )
    .join('');
}
