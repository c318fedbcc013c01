const mostNames = 100_000;
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The names of a host pattern, or what is wrong with it as the end of a sentence. */
export type Expanded = { readonly names: readonly string[] } | { readonly problem: string };

/**
 * Expands Ansible's ranges in a host name, ends included: `pve[1:3]`, `pve[01:10]` (padded), `rack[a:c]`, `pve[1:9:2]`
 * (step); several in one name give every combination. As Ansible, a range may leave out its start (0).
 */
export function expandRange(pattern: string): Expanded {
  const found = /^([^[\]]*)\[([^[\]]*)\](.*)$/su.exec(pattern);
  if (found === null) {
    return /[[\]]/u.test(pattern)
      ? { problem: 'a bracket has no partner; a range like [1:3] is wanted' }
      : { names: [pattern] };
  }
  const [, before = '', range = '', rest = ''] = found;
  const values = rangeValues(range);
  if ('problem' in values) return values;
  const tails = expandRange(rest);
  if ('problem' in tails) return tails;
  if (values.names.length * tails.names.length > mostNames)
    return { problem: `it is more than ${mostNames} hosts` };
  return { names: values.names.flatMap((value) => tails.names.map((tail) => before + value + tail)) };
}

function rangeValues(range: string): Expanded {
  const parts = range.split(':');
  const [start = '', end = '', step = '1'] = parts;
  if (parts.length < 2 || parts.length > 3)
    return { problem: `[${range}] is no range; [1:3], [01:10], [a:c] or [1:9:2] is wanted` };
  if (!/^[1-9]\d{0,6}$/u.test(step))
    return { problem: `the step of [${range}] is "${step}"; a number from 1 on is wanted` };
  if (/^[a-z]$/iu.test(start) && /^[a-z]$/iu.test(end)) {
    return sequence(range, letters.indexOf(start), letters.indexOf(end), Number(step), (index) =>
      letters.charAt(index),
    );
  }
  if (!/^\d{0,15}$/u.test(start) || !/^\d{1,15}$/u.test(end)) {
    return { problem: `[${range}] is no range; two numbers or two letters are wanted` };
  }
  const padded = /^0./u.test(start);
  if (padded && start.length !== end.length) {
    return { problem: `the ends of [${range}] have different lengths; a padded range wants both padded` };
  }
  const width = padded ? start.length : 0;
  return sequence(range, Number(start), Number(end), Number(step), (value) =>
    String(value).padStart(width, '0'),
  );
}

function sequence(
  range: string,
  first: number,
  last: number,
  step: number,
  print: (value: number) => string,
): Expanded {
  if (first > last) return { problem: `[${range}] ends before it starts` };
  if ((last - first) / step > mostNames) return { problem: `[${range}] is more than ${mostNames} hosts` };
  const names: string[] = [];
  for (let value = first; value <= last; value += step) names.push(print(value));
  return { names };
}
