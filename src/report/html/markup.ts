import { printable } from '../printable.ts';

/** Markup that is made already. All that is text becomes markup in `html` alone, which escapes it. */
export interface Html {
  readonly markup: string;
}

type Inside = Html | string | number | undefined | readonly Html[];

/** A template in which texts are escaped, and markup is taken as it is; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Inside[]): Html {
  const parts = strings.map((text, index) => {
    // The source's indentation is not sent: of a thousand changes it would be half of the page.
    const own = text.replaceAll(/\n\s*/gu, '\n');
    return own + (index < values.length ? markupOf(values[index]) : '');
  });
  return { markup: parts.join('') };
}

function markupOf(value: Inside): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for anywhere in a page, control characters and marks of direction made visible. */
function escaped(text: string): string {
  return printable(text.replaceAll('\r\n', '\n')).replaceAll(
    /[&<>"']/gu,
    (character) => entities[character] ?? '',
  );
}
