/** What Ceph says of itself. */
export interface CephHealth {
  /** "HEALTH_OK", "HEALTH_WARN", "HEALTH_ERR" */
  readonly status: string;
  /** What is not well and not muted: by code, "OSDMAP_FLAGS". */
  readonly checks: Readonly<Record<string, string>>;
}

/** Reads `ceph health --format json` (Ceph's HealthMonitor); undefined when it is none. */
export function parseCephHealth(text: string): CephHealth | undefined {
  const all = mappingOf(parse(text));
  const status = all['status'];
  if (typeof status !== 'string') return undefined;
  const checks = Object.entries(mappingOf(all['checks'])).flatMap(([code, check]) => {
    const { muted, summary } = mappingOf(check);
    const message = mappingOf(summary)['message'];
    return muted === true ? [] : [[code, typeof message === 'string' ? message : code] as const];
  });
  return { status, checks: Object.fromEntries(checks) };
}

/** Reads the flags of `ceph osd dump --format json`: "noout", beside those that are always there; undefined when it is none. */
export function parseOsdFlags(text: string): readonly string[] | undefined {
  const { flags_set: list, flags } = mappingOf(parse(text));
  if (Array.isArray(list)) return list.filter((flag) => typeof flag === 'string');
  return typeof flags === 'string' ? flags.split(',') : undefined;
}

/** Ceph prints lines of its log before it, too. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.search(/^\{/mu))));
  } catch {
    return undefined;
  }
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
