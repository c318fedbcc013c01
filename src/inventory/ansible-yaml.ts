import type { Tags } from 'yaml';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, formatPosition } from '../diagnostic.ts';
import type { Dialect, Sourced } from '../text/parse-yaml.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import { ansibleNumbers } from './ansible-numbers.ts';
import { vaultKey } from './vault-values.ts';

/** What is encrypted becomes a mapping with vaultKey. */
const vaultTags: Tags = [
  { tag: '!vault', resolve: (text: string) => ({ [vaultKey]: text }) },
  { tag: '!vault-encrypted', resolve: (text: string) => ({ [vaultKey]: text }) },
];

/** Words that PyYAML reads as true or false, beside `true` and `false` themselves. */
const booleanWords: Tags[number] = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: (value) => typeof value === 'boolean',
  test: /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/u,
  resolve: (text: string) => /^(?:y|on$)/iu.test(text),
};

/** Text that no template is looked for in. */
const unsafeText: Tags[number] = {
  tag: '!unsafe',
  resolve: (text: string) => (/\{[{%#]/u.test(text) ? `${RAW}${text}${END_RAW}` : text),
};

const [RAW, END_RAW] = ['{% raw %}', '{% endraw %}'];

/** What such a text was; undefined of any other value. */
export function unsafeTextOf(value: unknown): string | undefined {
  const isUnsafe = typeof value === 'string' && value.startsWith(RAW) && value.endsWith(END_RAW);
  return isUnsafe ? value.slice(RAW.length, -END_RAW.length) : undefined;
}

/**
 * The YAML of playbooks, and of what belongs to them: merge keys, `!vault`, yes, no, on, off as booleans. Numbers are
 * YAML 1.2's, which keep what was written: a mode 0644 is 644.
 */
export const playbookDialect: Dialect = {
  merge: true,
  customTags: (tags) => [...tags, ...vaultTags, booleanWords, unsafeText],
};

const ownTags: Tags = [...vaultTags, booleanWords, unsafeText];

/** Ansible's YAML: merge keys (<<), `!vault`, `!unsafe`, its numbers, and yes, no, on, off as booleans. */
const dialect: Dialect = {
  merge: true,
  customTags: (tags) => [...ansibleNumbers, ...tags.filter((tag) => !isNumberTag(tag)), ...ownTags],
};

/** JSON has numbers of its own. */
const jsonDialect: Dialect = { merge: true, customTags: [...ownTags] };

function isNumberTag(tag: Tags[number]): boolean {
  return typeof tag !== 'string' && /:(?:int|float)$/u.test(tag.tag);
}

/** Reads a YAML or JSON file of an inventory. Errors in what was decrypted name the place only, never the text. */
export function parseAnsibleYaml(text: string, file: string, secret: boolean): Result<Sourced> {
  const parsed = parseYaml(text, file, file.endsWith('.json') ? jsonDialect : dialect);
  return secret ? withoutTexts(parsed) : parsed;
}

/** The same, its errors naming the place only. */
export function withoutTexts(parsed: Result<Sourced>): Result<Sourced> {
  return parsed.ok ? parsed : fail(...parsed.diagnostics.map(withoutText));
}

function withoutText({ code, severity, trouble, at }: Diagnostic): Diagnostic {
  const place = at === undefined ? '' : ` at ${formatPosition(at)}`;
  const message = `Cannot read encrypted YAML: its decrypted text has a syntax error${place}; sound YAML is wanted`;
  return {
    code,
    severity,
    trouble,
    message,
    ...(at !== undefined && { at, hint: `Look at it: ansible-vault view ${at.file}` }),
  };
}
