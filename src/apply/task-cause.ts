/** "2026-11-23 19:59:45 ERROR: …" of a migration, "ERROR: …" of vzdump. */
const COMPLAINT = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d )?(?<what>(?:ERROR: |can't ).+)$/u;

/**
 * Why a long task of PVE failed: its command ends with "migration aborted" or "job errors", and the reason stands in the
 * log that it printed (recording cluster-05). Undefined: no line of it says so.
 */
export function taskCause(stdout: string): string | undefined {
  const complaints = stdout.split('\n').flatMap((line) => COMPLAINT.exec(line)?.groups?.['what'] ?? []);
  return complaints[0]?.replace(/^ERROR: (?:migration aborted \(duration [\d:]+\): )?/u, '');
}
