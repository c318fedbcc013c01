/**
 * Flags of commands, as data: parsing (parse-flags.ts) and help pages (help.ts) come from it.
 * A command's flags are `{ ...nodeFlags, output: { … } } as const satisfies Flags`, by their long names.
 */

export interface Flag {
  /** One letter, without the dash. */
  readonly short?: string;
  /** The name of its value on help pages; a flag without one is a switch. */
  readonly value?: string;
  /** The value is a whole number of at least this. */
  readonly atLeast?: number;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** May be given several times; its value is the list. */
  readonly repeatable?: boolean;
  /** What it is when it is not given; the config file and the environment may name another (settings.ts). */
  readonly default?: string | number | boolean | readonly string[];
  /** One line, without a full stop. */
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What a parsed flag can be. */
export type FlagValue = boolean | string | number | readonly string[] | undefined;

type ValueOf<F extends Flag> = F extends { value: string }
  ? F extends { repeatable: true }
    ? readonly string[]
    : OneValueOf<F> | (F extends { default: string | number } ? never : undefined)
  : boolean;

type OneValueOf<F extends Flag> = F extends { atLeast: number }
  ? number
  : F extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;

/** Parsed flags by long name, typed from their data: switches are booleans, values text, numbers or a choice. */
export type FlagValues<F extends Flags> = string extends keyof F
  ? Readonly<Record<string, FlagValue>>
  : { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** For every command that reads the inventory. */
export const inventoryFlags = {
  inventory: {
    short: 'i',
    value: 'FILE',
    repeatable: true,
    help: 'inventory: a file, a directory, a script or "host,host,"; several are merged (default: $PVEFLEET_INVENTORY)',
  },
  limit: {
    short: 'l',
    value: 'PATTERN',
    help: 'only these hosts: names, groups, globs, node sets, joined by ":" or ","',
  },
  exclude: { short: 'x', value: 'PATTERN', repeatable: true, help: 'not these hosts' },
  'vault-password-file': {
    value: 'FILE',
    repeatable: true,
    help: 'password of ansible-vault: a file that holds it, or an executable that prints it',
  },
  'vault-id': {
    value: 'LABEL@SOURCE',
    repeatable: true,
    help: 'the same for what is encrypted with that label; the source "prompt" asks',
  },
  json: { help: 'print JSON for programs' },
} as const satisfies Flags;

/** As whom to log in and to work; the inventory's variables win over them, as with Ansible. */
export const logInFlags = {
  user: { short: 'u', value: 'NAME', help: 'log in as this user (default: root)' },
  'ask-pass': { short: 'k', help: 'ask for the password to log in with' },
  become: { short: 'b', help: 'run commands as another user' },
  'become-user': { value: 'NAME', help: 'the user to become (default: root)' },
  'become-method': { value: 'METHOD', choices: ['sudo', 'su'], help: 'how to become it (default: sudo)' },
  'ask-become-pass': { short: 'K', help: 'ask for the password of sudo or su' },
} as const satisfies Flags;

/** Files that a report is written to too; docs/reports.md. */
export const reportFlags = {
  junit: { value: 'FILE', help: 'write JUnit XML there too, for CI' },
  html: { value: 'FILE', help: 'write a page for people there too, in one file' },
} as const satisfies Flags;

/** What a plan, or all of a run, must keep under; docs/planning.md. */
export const ceilingFlags = {
  'max-changes': { value: 'N', atLeast: 0, help: 'refuse a plan with more changes than this' },
  'max-restarts': {
    value: 'N',
    atLeast: 0,
    default: 10,
    help: 'refuse a plan after which more guests than this need a restart',
  },
  'max-destroys': { value: 'N', atLeast: 0, help: 'refuse a plan that destroys more than this' },
} as const satisfies Flags;

/** What holds an apply back. */
export const brakeFlags = {
  ...ceilingFlags,
  serial: {
    value: 'LIST',
    help: 'nodes changed at a time, batch after batch: "1,10%,100%"; the last one is repeated',
  },
  pause: { value: 'SECONDS', atLeast: 0, default: 0, help: 'wait so long between two batches' },
  'max-fail-percentage': {
    value: 'N',
    atLeast: 0,
    help: 'begin nothing more when more of the nodes of a batch than this have failed (with --serial 0, else 100)',
  },
} as const satisfies Flags;

/** What is kept before something is changed, beside the files. */
export const checkpointFlags = {
  checkpoint: {
    value: 'KIND',
    choices: ['snapshot', 'backup', 'none'],
    default: 'none',
    help: 'what is taken of every guest that is changed, first; with backup also of those that are removed',
  },
  'checkpoint-storage': { value: 'STORAGE', help: 'with --checkpoint backup: where the archives go' },
  'checkpoint-keep-days': {
    value: 'DAYS',
    atLeast: 0,
    default: 7,
    help: 'remove such snapshots that are older, when the next one is taken',
  },
} as const satisfies Flags;

/** For every command that changes clusters by a plan. */
export const lockFlags = {
  'lock-wait': {
    value: 'SECONDS',
    atLeast: 0,
    default: 0,
    help: 'wait so long for another run that changes the same cluster',
  },
} as const satisfies Flags;

/** For every command that talks to nodes. */
export const nodeFlags = {
  ...inventoryFlags,
  forks: { short: 'f', value: 'N', atLeast: 1, default: 32, help: 'nodes worked on at the same time' },
  timeout: {
    short: 'T',
    value: 'SECONDS',
    atLeast: 1,
    default: 10,
    help: 'give up connecting to a node after this',
  },
  ...logInFlags,
  'read-only': { help: 'refuse whatever could change a node' },
  'show-commands': { help: 'print each command sent to a node' },
  state: {
    value: 'DIR',
    help: 'where journals are kept (default: $XDG_STATE_HOME/pvefleet)',
  },
  'sign-key': {
    value: 'FILE',
    help: 'sign the journal with this Ed25519 key (default: ~/.ssh/id_ed25519, or one of the ssh agent)',
  },
} as const satisfies Flags;

/** For every command that runs tasks. */
export const taskFlags = {
  check: { short: 'C', help: 'show what would change, and change nothing' },
  diff: { short: 'D', help: 'also show how files differ' },
  verbose: { short: 'v', help: 'also print what commands said (-vvv does the same)' },
  'extra-vars': {
    short: 'e',
    value: 'VARS',
    repeatable: true,
    help: 'variables that win over all others: key=value, @FILE, or a mapping',
  },
  'allow-destroy': { help: 'remove what a task says is absent' },
  'rotate-secrets': { help: 'set secrets again that are set and can not be compared' },
  ...reportFlags,
  ...ceilingFlags,
  ...checkpointFlags,
  ...lockFlags,
  ...nodeFlags,
} as const satisfies Flags;

/** For every command that asks before it changes something. */
export const consentFlags = {
  yes: { short: 'y', help: 'apply without asking' },
} as const satisfies Flags;

/** For every command that plans a document. */
export const planFlags = {
  target: {
    value: 'ADDRESS',
    repeatable: true,
    help: 'only this resource ("vm/101@lab", "vm/1*"), and what it must follow',
  },
  ...nodeFlags,
} as const satisfies Flags;

/** For those that only compare it. */
export const compareFlags = {
  from: {
    value: 'DIR',
    help: 'compare with a saved survey or a copy of /etc/pve in DIR; no node is connected to',
  },
  ...planFlags,
} as const satisfies Flags;
