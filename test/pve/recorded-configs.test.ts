import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { removeOption, setOption } from '../../src/pve/guest-config-edit.ts';
import { rewriteGuestConfig } from '../../src/pve/guest-config-rewrite.ts';
import {
  decodeGuestConfig,
  findSection,
  sectionOptions,
  type GuestConfig,
} from '../../src/pve/guest-config.ts';

/** What real PVE did, where it lies beside the repository. */
const folder = fileURLToPath(new URL('../../../shared/pve/recordings', import.meta.url));

interface Recording {
  readonly start?: Readonly<Record<string, { readonly files?: Readonly<Record<string, string>> }>>;
  readonly steps: readonly {
    readonly argv: readonly string[];
    readonly files?: Readonly<Record<string, string | null>>;
  }[];
}

/** Each change that PVE made to a guest's config: the text before and after. */
function recordedChanges(): readonly {
  readonly by: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
}[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const recording: Recording = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      const texts = new Map<string, string>();
      return recording.steps.flatMap((step) =>
        Object.entries(step.files ?? {}).flatMap(([path, text]) => {
          if (!/\/(?:qemu-server|lxc)\/\d+\.conf$/u.test(path)) return [];
          const before = texts.get(path) ?? '';
          texts.set(path, text ?? '');
          // A file that is new holds an empty value that no reader can tell from a space: "boot: ".
          return text === null || before === ''
            ? []
            : [{ by: `${file}: ${step.argv.join(' ')}`, path, before, after: text }];
        }),
      );
    });
}

/** `before` with the options of its current and pending section made those of `after`. */
function predict(before: GuestConfig, after: GuestConfig): GuestConfig {
  let config = before;
  for (const section of ['current', 'pending'] as const) {
    const wanted: Record<string, string> = { ...sectionOptions(after, section) };
    const deleted = findSection(after, section)?.lines.find(
      (line) => line.type === 'option' && line.key === 'delete',
    );
    if (deleted?.type === 'option') wanted['delete'] = deleted.value;
    for (const key of [...Object.keys(sectionOptions(before, section)), 'delete']) {
      if (!(key in wanted)) config = removeOption(config, section, key);
    }
    for (const [key, value] of Object.entries(wanted)) {
      // "tags: ", newly written, is an empty value; who reads it finds a space.
      const written = findSection(after, section)?.lines.some((line) => line.text === `${key}: \n`) === true;
      const isEmpty = written && sectionOptions(before, section)[key] !== value;
      config = setOption(config, section, key, isEmpty ? '' : value);
    }
  }
  return config;
}

describe('editing, against what PVE wrote', () => {
  test('the same options in the same places give the same text', () => {
    const different = recordedChanges()
      .map(({ by, path, before, after }) => {
        const kind = path.includes('/lxc/') ? 'container' : 'vm';
        const text = rewriteGuestConfig(
          predict(decodeGuestConfig(kind, before), decodeGuestConfig(kind, after)),
        );
        return { by, path, text, after };
      })
      .filter(({ text, after }) => text !== after)
      // A snapshot that was made or deleted is a section, which no edit of an option makes.
      .filter(({ by }) => !/snapshot|rollback|clone|destroy|vzdump|restore|cat |sh -c/u.test(by));
    expect(different).toEqual([]);
  });
});
