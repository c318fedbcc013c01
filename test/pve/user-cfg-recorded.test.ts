import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { removeAcl, removeUserEntry, setAcl, setUserEntry } from '../../src/pve/user-cfg-edit.ts';
import { userFile } from '../../src/pve/user-cfg-file.ts';
import { userState } from '../../src/pve/user-cfg-state.ts';
import { decodeUserConfig, encodeUserConfig, userEntries, type UserConfig } from '../../src/pve/user-cfg.ts';

/** What real PVE did, where it lies beside the repository. */
const folder = fileURLToPath(new URL('../../../shared/pve/recordings', import.meta.url));
const path = '/etc/pve/user.cfg';

interface Recording {
  readonly steps: readonly {
    readonly argv: readonly string[];
    readonly files?: Readonly<Record<string, string | null>>;
  }[];
}

/** Each change that PVE made to user.cfg: the text before and after. */
function recordedChanges(): readonly {
  readonly by: string;
  readonly before: string;
  readonly after: string;
}[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const recording: Recording = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      let before = '';
      return recording.steps.flatMap(({ argv, files }) => {
        const after = files?.[path];
        if (typeof after !== 'string') return [];
        const change = { by: `${file}: ${argv.join(' ')}`, before, after };
        before = after;
        return change.before === '' ? [] : [change];
      });
    });
}

/** `before` with what `after` has, entry by entry. */
function predict(before: UserConfig, after: UserConfig): UserConfig {
  let config = before;
  const wanted = userEntries(after).flatMap((entry) => (entry.kind === 'acl' ? [] : [entry]));
  for (const entry of userEntries(before))
    if (entry.kind !== 'acl' && !wanted.some(({ kind, id }) => kind === entry.kind && id === entry.id))
      config = removeUserEntry(config, entry.kind, entry.id);
  for (const entry of wanted) config = setUserEntry(config, entry);
  const isIn = (state: UserConfig, rule: object): boolean =>
    userState(state).acl.some((one) => JSON.stringify(one) === JSON.stringify(rule));
  for (const rule of userState(before).acl) if (!isIn(after, rule)) config = removeAcl(config, rule);
  for (const rule of userState(after).acl) if (!isIn(config, rule)) config = setAcl(config, rule);
  return config;
}

describe('editing user.cfg, against what PVE wrote', () => {
  test('gives its text, and of permissions its meaning', () => {
    // PVE puts all that one path gives to the same role into one line.
    const withoutAcl = (text: string): string => text.replaceAll(/^acl:.*\n/gmu, '');
    for (const { by, before, after } of recordedChanges()) {
      const text = encodeUserConfig(predict(decodeUserConfig(before), decodeUserConfig(after)));
      expect({ by, text: withoutAcl(text) }).toEqual({ by, text: withoutAcl(after) });
      expect({ by, normal: userFile.inspect(text).normal }).toEqual({
        by,
        normal: userFile.inspect(after).normal,
      });
    }
  });
});
