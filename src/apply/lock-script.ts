import { shQuote } from '../text/sh-quote.ts';
import type { Finished } from '../transports/transport.ts';

/** Whose a cluster's lock is: what others are told. */
export interface LockHolder {
  readonly run: string;
  /** Who, as "ops@desk". */
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
  /** The command line. */
  readonly command: string;
}

/** Seconds after which pmxcfs gives a lock that was not renewed to whoever asks (pve-cluster, memdb.c: CFS_LOCK_TIMEOUT). */
export const LOCK_EXPIRES_SECONDS = 120;

/** What a node says of its cluster's lock. */
export type LockAnswer =
  | { readonly is: 'ours' | 'given back' | 'no quorum' }
  /** Somebody has it; in the moment in which it is taken, and where its holder was cut off then, nobody knows who. */
  | { readonly is: 'held'; readonly by: LockHolder | undefined }
  | { readonly is: 'failed'; readonly why: string };

const MARK = 'pvefleet-lock:';
const LOCK = '/etc/pve/priv/lock/pvefleet';

/**
 * The lock is a directory below priv/lock: pmxcfs makes one in the whole cluster or not at all, and takes it away when it was not
 * renewed for 120 s and somebody asks. It must be empty for that, so who has it stands in a file beside it. That file cannot
 * name an earlier holder: its first line is the time at which the directory was made, which renewing leaves alone, and the run.
 */
const COMMON = [
  '# pvefleet: lock of the cluster',
  'LC_ALL=C; export LC_ALL',
  `lock=${LOCK}; holder=$lock.holder`,
  `answer() { echo "${MARK} $*"; exit 0; }`,
  'made() { stat -c %Y "$lock" 2>/dev/null; }',
  'is_of() { [ "$(head -n 1 "$holder" 2>/dev/null)" = "$(made) $1" ]; }',
  'named() { first=$(head -n 1 "$holder" 2>/dev/null) && [ "${first%% *}" = "$(made)" ]; }',
  `held() { echo "${MARK} held"; named && tail -n +2 "$holder"; exit 0; }`,
  "[ -r /etc/pve/.version ] || answer failed '/etc/pve is not mounted'",
  // A lone node has no quorum to lose.
  `if grep -q '"cluster":' /etc/pve/.members && ! grep -q '"quorate": 1' /etc/pve/.members; then answer no quorum; fi`,
];

/** Makes the directory, then says whose it is; fails where it is there already. */
function makeScript(holder: LockHolder): string {
  return [
    'make() {',
    '  mkdir "$lock" 2>/dev/null || return 1',
    `  printf '%s\\n' "$(made) ${holder.run}" ${shQuote(JSON.stringify(holder))} >"$holder.${holder.run}" && mv "$holder.${holder.run}" "$holder" && return 0`,
    '  rmdir "$lock"',
    "  answer failed 'its holder could not be written'",
    '}',
  ].join('\n');
}

/** Shell text that takes a cluster's lock if it is free, has expired, or is that of one of these runs. */
export function takeLockScript(holder: LockHolder, mayTakeOver: readonly string[]): string {
  return [
    ...COMMON,
    makeScript(holder),
    '[ -d "${lock%/*}" ] || mkdir -p "${lock%/*}"',
    'make && answer ours',
    ...mayTakeOver.map((run) => `is_of ${run} && rmdir "$lock" && make && answer ours`),
    'free_expired() { touch -c -d @0 "$lock" 2>/dev/null; make && answer ours; }',
    'free_expired',
    // pmxcfs takes it away a moment after it was asked, and the kernel knows of it a second later.
    `if [ $(($(date +%s) - $(made || date +%s))) -gt ${LOCK_EXPIRES_SECONDS} ]; then sleep 1.2; free_expired; fi`,
    'if [ ! -d "$lock" ]; then make && answer ours; [ -d "$lock" ] || answer failed "$lock can not be made"; fi',
    // Whoever has just made it is about to say so; it may be this run, by an earlier try whose answer was lost.
    'for wait in 0.1 0.2 0.4; do',
    `  is_of ${holder.run} && answer ours`,
    '  named && held',
    '  sleep "$wait"',
    '  make && answer ours',
    'done',
    'held',
    '',
  ].join('\n');
}

/** Shell text that makes a cluster's lock last for another 120 s. */
export function renewLockScript(holder: LockHolder): string {
  return [
    ...COMMON,
    makeScript(holder),
    `is_of ${holder.run} || held`,
    'touch -c -d "@$(made)" "$lock" 2>/dev/null && [ -d "$lock" ] && answer ours',
    // Only the member that made it can renew it (memdb_mtime); where that one is gone, this one makes it anew.
    'rmdir "$lock" 2>/dev/null || answer failed "$lock could neither be renewed nor removed"',
    'make && answer ours',
    'held',
    '',
  ].join('\n');
}

/** Shell text that gives a cluster's lock back, if it is still that of one of these runs. */
export function giveBackLockScript(runs: readonly string[]): string {
  return [
    ...COMMON,
    `if ! { ${runs.map((run) => `is_of ${run}`).join(' || ')}; }; then answer given back; fi`,
    // In this order: what another one writes there is not removed.
    'rm -f "$holder" && rmdir "$lock" && answer given back',
    'answer failed "$lock could not be removed"',
    '',
  ].join('\n');
}

/** Shell text that holds where a cluster's lock is that run's. */
export function hasLockScript(run: string): string {
  return `[ "$(head -n 1 ${LOCK}.holder 2>/dev/null)" = "$(stat -c %Y ${LOCK} 2>/dev/null) ${run}" ]`;
}

/** Reads what one of these scripts printed. */
export function parseLockAnswer(finished: Finished): LockAnswer {
  const lines = finished.stdout.toString().split('\n');
  const at = lines.findLastIndex((line) => line.startsWith(MARK));
  const said = (lines[at] ?? '').slice(MARK.length).trim();
  switch (said) {
    case 'ours':
    case 'given back':
    case 'no quorum':
      return { is: said };
    case 'held':
      return { is: 'held', by: parseHolder(lines[at + 1] ?? '') };
    default:
      return { is: 'failed', why: said.replace(/^failed /u, '') || lastLine(finished) };
  }
}

function lastLine({ stderr, exit }: Finished): string {
  const lines = stderr.toString().trim().split('\n');
  return lines.at(-1) || `it ended with ${exit ?? 'no code'} and said nothing`;
}

function parseHolder(line: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  const texts = new Map<string, unknown>(Object.entries(value));
  return ['run', 'by', 'since', 'command'].every((word) => typeof texts.get(word) === 'string');
}
