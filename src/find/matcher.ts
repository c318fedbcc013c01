import { ipForm, isIpv4, isIpv6 } from '../pve/ip-address.ts';
import { decodeText } from '../pve/percent-text.ts';

/** Whether a line holds what is looked for. */
export type Matcher = (line: string) => boolean;

/**
 * How a text is looked for, in any case: a MAC in any spelling, an address as a whole and in any spelling, a number as a
 * whole (100 is not in 1000, nor in "100G"), anything else as a part. A line's %XX are read as what they stand for.
 */
export function matcherOf(text: string): Matcher {
  const plain = plainMatcher(text);
  return (line) => plain(line) || (line.includes('%') && plain(decodeText(line)));
}

function plainMatcher(text: string): Matcher {
  const mac = macOf(text);
  if (mac !== undefined) return (line) => (line.match(macs) ?? []).some((each) => macOf(each) === mac);
  if (/^\d+$/u.test(text)) return whole(text, '[\\w.]');
  if (isIpv4(text)) return whole(text, '[\\d.]');
  if (isIpv6(text)) {
    const form = ipForm(text);
    return (line) =>
      (line.match(/[\da-f:.]*:[\da-f:.]+/giu) ?? []).some((each) => isIpv6(each) && ipForm(each) === form);
  }
  const wanted = text.toLowerCase();
  return (line) => line.toLowerCase().includes(wanted);
}

/** The text where no such character is beside it. */
function whole(text: string, beside: string): Matcher {
  const pattern = new RegExp(`(?<!${beside})${text.replaceAll('.', '\\.')}(?!${beside}*\\w)`, 'iu');
  return (line) => pattern.test(line);
}

/** BC:24:11:00:00:01, bc-24-11-00-00-01, bc24.1100.0001, bc2411000001. */
const macs =
  /(?<![\da-f])(?:[\da-f]{2}(?::[\da-f]{2}){5}|[\da-f]{2}(?:-[\da-f]{2}){5}|[\da-f]{4}(?:\.[\da-f]{4}){2}|[\da-f]{12})(?![\da-f])/giu;

function macOf(text: string): string | undefined {
  const [only] = text.match(macs) ?? [];
  // Twelve digits alone are a number.
  return only === text && !/^\d+$/u.test(text) ? text.replaceAll(/[:.-]/gu, '').toLowerCase() : undefined;
}
