import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { CleanedUp } from '../selftest/clean-up.ts';
import { createNameMask, namesOf } from '../selftest/mask-names.ts';
import { reportMarkdown, verdict } from '../selftest/report-markdown.ts';
import type { RanSteps } from '../selftest/run-steps.ts';
import type { TestReport } from '../selftest/test-report.ts';
import { testReport } from '../selftest/test-report.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Fleet } from './connect.ts';
import type { SelftestContext } from './selftest.ts';
import type { Prepared } from './selftest-prepare.ts';
import type { SelftestRequest } from './selftest-request.ts';
import { version } from './version.ts';
import { writeReport } from './write-report.ts';

/** What came of a self-test. */
interface Tested {
  /** The cluster before its first step. */
  readonly found: Survey;
  readonly prepared: Prepared;
  readonly ran: RanSteps;
  readonly cleaned: CleanedUp;
}

/** Prints the report, or writes it to the file that was named and says in a line how it went. */
export async function tellReport(
  { found, prepared, ran, cleaned }: Tested,
  { out }: SelftestRequest,
  { nodes }: Pick<Fleet, 'nodes'>,
  context: SelftestContext,
): Promise<Result<TestReport>> {
  const { flags, stdout } = context;
  const { place, leftOut } = prepared;
  const snapshot = found.clusters.find(({ cluster }) => cluster === place.cluster);
  if (snapshot === undefined) throw new Error(`the survey has no cluster ${place.cluster}`);
  const users = nodes.flatMap(({ connection }) => connection.user ?? []);
  const hideNames = createNameMask(namesOf(found, place, users));
  const report = testReport({
    pvefleet: version(),
    snapshot,
    place,
    results: ran.results,
    leftOut,
    trouble: ran.trouble,
    left: cleaned.left,
    mask: (text) => hideNames(context.mask(text)),
  });
  const text = flags.json ? `${JSON.stringify(report, null, 2)}\n` : reportMarkdown(report);
  if (out === undefined) {
    stdout.write(text);
    return ok(report);
  }
  const written = await writeReport(out, text);
  if (!written.ok) return written;
  stdout.write(`Self-test: ${verdict(report)}. The report is in ${out}.\n`);
  return ok(report);
}
