import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  haManagerStatusFile,
  membersFile,
  rrdFile,
  versionFile,
  vmlistFile,
} from '../../src/pve/cluster-state-files.ts';
import { datacenterFile } from '../../src/pve/datacenter-cfg.ts';
import {
  firewallClusterFile,
  firewallGuestFile,
  firewallHostFile,
  firewallVnetFile,
} from '../../src/pve/firewall-files.ts';
import { userFile } from '../../src/pve/user-cfg-file.ts';
import { vzdumpConfFile } from '../../src/pve/vzdump-conf.ts';
import { vzdumpCronFile } from '../../src/pve/vzdump-cron-file.ts';

/** What real PVE did, where it lies beside the repository. */
const folder = fileURLToPath(new URL('../../../shared/pve/recordings', import.meta.url));

const kinds = [
  datacenterFile,
  firewallClusterFile,
  firewallGuestFile,
  firewallHostFile,
  firewallVnetFile,
  haManagerStatusFile,
  membersFile,
  rrdFile,
  userFile,
  versionFile,
  vmlistFile,
  vzdumpConfFile,
  vzdumpCronFile,
];

type Files = Readonly<Record<string, string | null>>;

interface Recording {
  readonly start?: Readonly<Record<string, { readonly files?: Files }>>;
  readonly steps: readonly {
    readonly argv: readonly string[];
    readonly exit: number;
    readonly stdout: string;
    readonly files?: Files;
  }[];
}

/** Every text that a recorded node had at a path, by its files and by what `cat` said. */
function recordedTexts(): readonly (readonly [path: string, text: string])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const { start, steps }: Recording = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      const tables = [...Object.values(start ?? {}), ...steps].map(({ files }) => files ?? {});
      const shown = steps.flatMap(({ argv: [command, path], exit, stdout }) =>
        command === 'cat' && path !== undefined && exit === 0 ? [[path, stdout] as const] : [],
      );
      return [...tables.flatMap((files) => Object.entries(files)), ...shown];
    })
    .flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
}

const texts = recordedTexts();

describe('what real PVE wrote', () => {
  test.each(kinds)('comes out as it went in, and has no error: $kind', (kind) => {
    for (const [path, text] of texts) {
      if (!kind.path.test(path)) continue;
      const { encoded, findings } = kind.inspect(text);
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect({ path, encoded, errors }).toEqual({ path, encoded: text, errors: [] });
    }
  });
});
