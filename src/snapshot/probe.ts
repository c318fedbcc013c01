import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { shQuote } from '../text/sh-quote.ts';

/** What the probe is asked for; probe.sh says what each means. */
export type ProbeRequest =
  | { readonly mode: 'survey' | 'tree' }
  | { readonly mode: 'read-back'; readonly paths: readonly string[] };

/** The probe as a word of a shell; read once: a survey of many nodes sends the same text to each. */
let probe: string | undefined;

/** Secrets of one run have comparable hashes; those of two runs don't. */
export const secretSalt = randomBytes(16).toString('hex');

/** A word that nothing on a node can foresee, so that no output passes for the probe's. */
export function newNonce(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Shell text that prints the answer, leaves the shell that runs it as it was, and exits 0. It is run by sh: the probe starts some
 * twenty programs, and to fork bash, root's login shell, for each takes a quarter of all its time.
 */
export function probeScript(request: ProbeRequest, nonce: string): string {
  probe ??= shQuote(readFileSync(new URL('../../src/snapshot/probe.sh', import.meta.url), 'utf8'));
  const paths = request.mode === 'read-back' ? ` paths=${shQuote(request.paths.join('\n'))}` : '';
  return `# pvefleet reads what this node is (${request.mode})\nnonce=${nonce} salt=${secretSalt} mode=${request.mode}${paths} sh -c ${probe}\n`;
}
