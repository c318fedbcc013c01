/** What pve8to9 and its like have found (pve-manager, PVE/CLI/pve8to9.pm). */
export interface UpgradeChecklist {
  readonly passed: number;
  readonly skipped: number;
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
  readonly failures: readonly string[];
}

/**
 * Reads what it printed. Each finding is a line "WARN: ..." with its level; lines behind it that have none belong to it.
 * Undefined: it did not come to its end, or what it says it counted is not what was read.
 */
export function parseUpgradeChecklist(output: string): UpgradeChecklist | undefined {
  // It colours what it prints whoever reads it.
  const [body = '', summary] = output.replaceAll(/\u001B\[[\d;]*m/gu, '').split(/^= SUMMARY =$/mu);
  if (summary === undefined) return undefined;
  const findings = findingsOf(body);
  const of = (level: string): readonly string[] =>
    findings.flatMap((finding) => (finding.level === level ? [finding.text] : []));
  const counted = (word: string): number =>
    Number(new RegExp(`^${word}:\\s+(?<count>\\d+)$`, 'mu').exec(summary)?.groups?.['count'] ?? -1);
  const list = { notices: of('NOTICE'), warnings: of('WARN'), failures: of('FAIL') };
  return counted('WARNINGS') === list.warnings.length && counted('FAILURES') === list.failures.length
    ? { ...list, passed: counted('PASSED'), skipped: counted('SKIPPED') }
    : undefined;
}

interface Finding {
  readonly level: string;
  readonly text: string;
}

/** A finding ends at an empty line, a headline, or a line that tells what is looked at next. */
function findingsOf(body: string): readonly Finding[] {
  const found: { level: string; text: string }[] = [];
  let isOpen = false;
  for (const line of body.split('\n')) {
    const { level, text } =
      /^(?<level>PASS|INFO|SKIP|NOTICE|WARN|FAIL): (?<text>.*)$/u.exec(line)?.groups ?? {};
    const last = found.at(-1);
    if (level !== undefined && text !== undefined) {
      found.push({ level, text });
      isOpen = true;
    } else if (isOpen && last !== undefined && (last.text === '' || /^\s+\S/u.test(line)))
      last.text = `${last.text} ${line.trim()}`.trim();
    else isOpen = false;
  }
  return found;
}
