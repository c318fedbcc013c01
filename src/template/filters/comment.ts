import { numberOr } from '../filter-arguments.ts';
import { isMapping, text } from '../filter-values.ts';

type Style = Readonly<Record<string, unknown>>;

const STYLES: Readonly<Record<string, Style>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

/** A text as a comment of some language: a style, and what differs from it by keyword. */
export function commented(value: string, args: readonly unknown[]): string {
  const last = args.at(-1);
  const own: Style = isMapping(last) ? last : {};
  const name = typeof args[0] === 'string' ? args[0] : text(own['style'] ?? 'plain');
  const style = STYLES[name];
  if (style === undefined)
    throw new Error(`knows no style "${name}"; ${Object.keys(STYLES).join(', ')} are there`);
  const around = text(own['decoration'] ?? style['decoration']).trimEnd();
  const all: Style = { newline: '\n', prefix: around, postfix: around, ...style, ...own };
  const word = (key: string): string => text(all[key] ?? '');
  const [newline, decoration, prefix] = [word('newline'), word('decoration'), word('prefix')];
  const lines = (decoration + value.replaceAll(newline, newline + decoration)).replaceAll(
    decoration + newline,
    decoration.trimEnd() + newline,
  );
  const before = prefix === newline ? newline : prefix === '' ? '' : prefix + newline;
  return [
    word('beginning') === '' ? '' : word('beginning') + newline,
    before.repeat(numberOr(all['prefix_count'], 1)),
    lines,
    (newline + word('postfix')).repeat(numberOr(all['postfix_count'], 1)),
    word('end') === '' ? '' : newline + word('end'),
  ].join('');
}
