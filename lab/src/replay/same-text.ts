import { settleOutput } from './settle-output.ts';

/**
 * Compares what the lab wrote with what was recorded. Random parts (the list in the recordings' README) are matched by shape: one that
 * the state before the step already holds must be the same; a new one is bound at first sight, and the same one must follow each time.
 */

/** What random parts of this step have been bound to: recorded → the lab's. */
export type Bindings = Map<string, string>;

const RANDOM = new RegExp(
  [
    'BC:24:11(?::[0-9A-F]{2}){3}',
    'bc:24:11(?::[0-9a-f]{2}){3}',
    '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
    'UPID:[^\\s"]+',
    '\\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\\b',
    'fe80::[0-9a-f:]+',
    '(?<=@if)\\d+',
    '\\b[0-9A-F]{2}(?::[0-9A-F]{2}){31}\\b',
    '(?<=ctime=)\\d+',
    '(?<=snaptime[": ]+)\\d+',
    '\\b[0-9a-f]{40}\\b',
    '(?<=SHA256:)[A-Za-z0-9+/]{43}',
    '\\$5\\$[^$\\s]+\\$[./A-Za-z0-9]+',
    '\\d+(?=MiB/s)',
    '\\d+(?=/\\d+ (?:files|blocks))',
    '\\b\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d',
    '(?<=\\.tmp\\.)[0-9a-f]+',
    '(?<=in )\\d+s(?=, ready)',
    '(?<=duration )[\\d:]+',
    '(?<=migration speed: )[\\d.]+ \\w+/s - downtime \\d+ ms',
    '(?<=transferred )[\\d.]+ \\w+(?= VM-state)',
    '(?<=/dev/loop)\\d+',
    // vzdump
    '\\d{4}_\\d\\d_\\d\\d-\\d\\d_\\d\\d_\\d\\d',
    '(?<=vzdumptmp)\\d+',
    '(?<=CTIME: )[^\\n]+',
    '(?<=archive file size: )\\d+[KM]B',
    '(?<=Finished Backup of VM \\d+ )\\([\\d:]+\\)',
    '(?<=in )\\d+s, read: [^\\n]+',
    '(?<=transferred [\\d.]+ \\w+ in )\\d+ seconds \\([^)]+\\)',
    '(?<=duration )\\d+(?= sec\\))',
    // rsync --stats
    '(?<=time: )[\\d.]+(?= seconds)',
    '(?<=bytes (?:sent|received): )[\\d,]+',
    '(?<=sent |received )[\\d,]+(?= bytes)',
    '[\\d,.]+(?= bytes/sec)',
  ].join('|'),
  'g',
);

/** True if the texts are the same but for random parts; `known` is text from before the step, whose random parts must not change. */
export function sameText(recorded: string, written: string, known: string, bindings: Bindings): boolean {
  if (recorded === written) return true;
  const left = settle(recorded);
  const right = settle(written);
  if (left.replace(RANDOM, '\0') !== right.replace(RANDOM, '\0')) return false;
  const tokens = right.match(RANDOM) ?? [];
  return (left.match(RANDOM) ?? []).every((token, index) =>
    isBound(token, tokens[index] ?? '', known, bindings),
  );
}

function isBound(recorded: string, written: string, known: string, bindings: Bindings): boolean {
  if (recorded === written) return true;
  if (/^\d{1,6}$/.test(recorded)) return true;
  if (known.includes(recorded) && !/^[0-9a-f]{40}$/.test(recorded)) return false;
  const bound = bindings.get(recorded);
  if (bound === undefined) bindings.set(recorded, written);
  return bound === undefined || bound === written;
}

const FIGURE =
  /^(\s*(?:- )?"?(?:cpu|mem|memhost|netin|netout|disk|diskread|diskwrite|pid|uptime|swap|freemem|balloon|pressure\w+)"?\s*: ?)"?[\d.e+-]+"?/;
/** A row of `pvesm status`: how full a storage is. */
const STORAGE_ROW = /^(\S+ +\w+ +(?:active|inactive|disabled)) +\d+ +\d+ +\d+ +[\d.]+%$/;
const JSON_FIGURE =
  /("(?:cpu|mem|memhost|netin|netout|disk|diskread|diskwrite|pid|pstart|starttime|endtime|uptime|time|localtime|next-run|swap|freemem|balloon|avail|total|used|used_fraction|ctime|pressure\w+)":)"?[\d.e+-]+"?/g;
/** The same in a table. */
const TABLE_FIGURE = /^(\| (?:avail|total|used) +\| )[\d.]+ \w+ +(?=\|)/;

/** The rows of `.rrd`, which have no order; of a node, a storage or a running guest all is measured, of another one the time is. */
const RRD_ROWS = /(?:^pve-(?:vm|node|storage)-9\.0\/.*\n)+/gm;
const RRD_FIGURES = /^(pve-(?:node|storage)-9\.0\/[^:]+|pve-vm-9\.0\/\d+:\d+:[^:]*:running):.*$/;
const RRD_TIME = /^(pve-vm-9\.0\/\d+:0:[^:]*:stopped:\d:)\d+/;

function settleRrd(rows: string): string {
  const settled = rows
    .trimEnd()
    .split('\n')
    .map((row) => row.replace(RRD_FIGURES, '$1').replace(RRD_TIME, '$1#'));
  return `${settled.toSorted().join('\n')}\n`;
}

/** Of `pvecm status`: when it was asked, and how often the membership had changed by then. */
const QUORUM_LINE = /^((?:Date|Ring ID): +).*$/;
/** A row of `ls -l`: when a file changed. */
const LS_TIME = /^([-dlsc][-rwxstST]{9} +\d+ \S+ +\S+ +\d+ )[A-Z][a-z]{2} [ \d]\d [ \d:]{5}(?= )/;

/** How far something is, at times that nobody chose: lines of a copy that is on its way. */
const PROGRESS =
  /^(?:mirror-\w+: transferred .* in \d+s|.*\d+ bytes \(.*\) copied, .*|[-\d]+ [\d:]+ \d+\+\d+ records (?:in|out))\n/gm;
/** The recordings' qemu-img was wrapped. */
const WRAPPED = /\bqemu-img\.real\b/g;

/** What is wrong with the keys of a property string. */
const KEY_ERRORS = /(?:^[\w.-]+: property is (?:not defined in schema|missing) .*\n)+/gm;

/** Puts into one order what has none on PVE, and blanks figures that are only measured. */
function settle(given: string): string {
  const text = settleOutput(given).replace(PROGRESS, '').replace(WRAPPED, 'qemu-img');
  const sorted = sortHostKeys(
    text.startsWith('400 Parameter') || text.startsWith('format error\n')
      ? text.split('\n').toSorted().join('\n')
      : text,
  );
  return sorted
    .replace(RRD_ROWS, settleRrd)
    .replace(KEY_ERRORS, (lines) => `${lines.trimEnd().split('\n').toSorted().join('\n')}\n`)
    .split('\n')
    .map((line) =>
      sortContent(
        sortOptions(line)
          .replace(FIGURE, '$1#')
          .replace(PID_COLUMN, '$1#')
          .replace(STORAGE_ROW, '$1 #')
          .replace(TABLE_FIGURE, '$1#')
          .replace(LS_TIME, '$1#')
          .replace(QUORUM_LINE, '$1#'),
      ),
    )
    .join('\n')
    .replace(JSON_FIGURE, '$1#');
}

/** The PID at the end of a row of `qm list`. */
const PID_COLUMN = /^(\s*\d+ .{20} (?:running|paused)\s+\d+\s+[\d.]+ )\d+ *$/;

/** The options of a backup job, as its log repeats them. */
function sortOptions(line: string): string {
  const [head, ...options] = line.startsWith('INFO: starting new backup job: ') ? line.split(' --') : [line];
  return [head, ...options.toSorted()].join(' --');
}

/** The content types and the nodes of a storage, in its section, in JSON or in a table. */
const LISTS = /((?:^\t(?:content|nodes) |"(?:content|nodes)":"|^\| (?:content|nodes) +\| ))([\w,-]+)/g;

function sortContent(line: string): string {
  return line.replace(
    LISTS,
    (_all, head: string, list: string) => head + list.split(',').toSorted().join(','),
  );
}

const HOST_KEY = /Creating SSH host key '[^']+' - this may take some time \.\.\.\ndone: [^\n]*\n/g;

function sortHostKeys(text: string): string {
  const blocks = (text.match(HOST_KEY) ?? []).toSorted();
  return text.replace(HOST_KEY, () => blocks.shift() ?? '');
}
