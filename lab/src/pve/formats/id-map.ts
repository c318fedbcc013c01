import { die, failureText } from '../failure.ts';
import { splitList } from './values.ts';
import type { Verifier } from './verifier.ts';

/** Checks `a:b,c` or `1`, a map of storages or bridges from here to there (PVE::JSONSchema::parse_idmap). Throws Failure. */
export function parseIdMap(text: string, verify: Verifier): void {
  const seen = new Set<string>();
  let hasDefault = false;
  let hasIdentity = false;
  for (const entry of splitList(text)) {
    const pair = /^([^:]+):([^:]+)$/.exec(entry);
    if (entry === '1') {
      hasIdentity = true;
    } else if (pair !== null) {
      check(entry, () => [pair[1] ?? '', pair[2] ?? ''].forEach(verify));
      if (seen.has(pair[1] ?? '')) die(`duplicate mapping for source '${pair[1]}'`);
      seen.add(pair[1] ?? '');
    } else {
      check(entry, () => verify(entry));
      if (hasDefault) die('default target ID can only be provided once');
      hasDefault = true;
    }
  }
  if (hasIdentity && (hasDefault || seen.size > 0))
    die('identity mapping cannot be combined with other mappings');
}

function check(entry: string, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    die(`entry '${entry}' contains invalid ID - ${failureText(thrown)}`);
  }
}
