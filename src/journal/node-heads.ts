import { shQuote } from '../text/sh-quote.ts';
import { canonical } from './canonical.ts';

/** What nodes keep of a journal, where only their root can write it: the head of each run that touched them. */

/** On every node, JSON lines. */
export const nodeHeadsPath = '/var/lib/pvefleet/heads';

/** One line of a node's file: at that record the journal had that hash. */
export interface NodeHead {
  readonly at: string;
  /** Who, as user@host. */
  readonly by: string;
  /** The directory of the journal on that host. */
  readonly directory: string;
  readonly head: string;
  /** The journal's name: the hash of its first record of heads. */
  readonly journal: string;
  readonly run: string;
  readonly seq: number;
}

/** One line of shell text that adds a line to the node's file, readable by root only. Exits with 1 where it can't. */
export function keepHeadScript(head: NodeHead): string {
  return [
    "{ [ -d /etc/pve ] || { echo 'it is no Proxmox VE node' >&2; exit 1; }; }",
    `keep=${nodeHeadsPath}`,
    '{ [ -d "${keep%/*}" ] || mkdir -p -m 700 "${keep%/*}"; }',
    '{ [ -e "$keep" ] || install -m 600 /dev/null "$keep"; }',
    `printf '%s\\n' ${shQuote(canonical(head))} >>"$keep"`,
  ].join(' && ');
}

/** Shell text that prints the node's file; nothing when there is none. */
export const readHeadsScript = `# pvefleet: heads of journals
keep=${nodeHeadsPath}
if [ -e "$keep" ]; then cat "$keep"; elif [ -d "\${keep%/*}" ] && [ ! -x "\${keep%/*}" ]; then echo "only root may read $keep" >&2; exit 1; fi
`;

/** Lines that are none of ours are passed over: who can write them is root of the node, and can do without. */
export function parseNodeHeads(text: string): readonly NodeHead[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isNodeHead(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isNodeHead(value: unknown): value is NodeHead {
  if (typeof value !== 'object' || value === null) return false;
  const texts = new Map<string, unknown>(Object.entries(value));
  const words = ['at', 'by', 'directory', 'head', 'journal', 'run'];
  return typeof texts.get('seq') === 'number' && words.every((word) => typeof texts.get(word) === 'string');
}

/**
 * Shell text that leaves a line in the node's own log, which tells who did what, whatever becomes of the journal: PVE's own
 * task log knows root@pam only, and `qm set` leaves no task (pitfall 22). It never fails and prints nothing.
 */
export function logLine(words: Readonly<Record<string, string>>): string {
  const text = Object.entries(words).map(
    ([name, value]) => `${name}=${value.replaceAll(/[^\w@%+:,./-]/gu, '_')}`,
  );
  return `logger -t pvefleet ${shQuote(text.join(' '))} </dev/null >/dev/null 2>&1 || :`;
}
