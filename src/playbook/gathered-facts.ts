import type { Variables } from '../template/render.ts';
import { Verbatim } from '../template/render.ts';

/** Facts of a host with those that its tasks have gathered: as variables, and without "ansible_" in ansible_facts. */
export function withGathered(facts: Variables, gathered: Variables): Variables {
  const names = Object.keys(gathered);
  if (names.length === 0) return facts;
  const own = valueOf(facts['ansible_facts']);
  const named = names.map((name) => [name.replace(/^ansible_/u, ''), valueOf(gathered[name])]);
  const all = { ...(typeof own === 'object' && own), ...Object.fromEntries(named) };
  return { ...facts, ...gathered, ansible_facts: new Verbatim(all) };
}

export const valueOf = (value: unknown): unknown => (value instanceof Verbatim ? value.value : value);
