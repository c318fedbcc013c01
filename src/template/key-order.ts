import type { Token } from './tokens.ts';

/**
 * The engine gives the keys of every mapping back in the order of the alphabet; in Ansible they stay as written. So the
 * orders of the mappings that went in are remembered by their keys, and given to those that come out.
 */
export class KeyOrders {
  readonly #known = new Map<string, readonly string[]>();
  /** What went in and was not looked through yet. */
  readonly #pending: unknown[] = [];

  remember(value: unknown): void {
    if (typeof value === 'object' && value !== null) this.#pending.push(value);
  }

  rememberKeys(keys: readonly string[]): void {
    const key = JSON.stringify(keys.toSorted());
    if (!this.#known.has(key)) this.#known.set(key, keys);
  }

  /** Keys as they were in the mapping that went in; in the order given when there was none with these. */
  inOrder(keys: readonly string[]): readonly string[] {
    if (keys.length < 2) return keys;
    for (let value = this.#pending.pop(); value !== undefined; value = this.#pending.pop()) this.#look(value);
    return this.#known.get(JSON.stringify(keys.toSorted())) ?? keys;
  }

  #look(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) {
      const keys = Object.keys(value);
      if (keys.length > 1) this.rememberKeys(keys);
    }
    for (const item of Object.values(value)) this.#look(item);
  }
}

/** The keys of each mapping that is written in an expression. */
export function writtenOrders(tokens: readonly Token[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  const open: (string[] | undefined)[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'sign' && '([{'.includes(text)) open.push(text === '{' ? [] : undefined);
    else if (kind === 'sign' && ')]}'.includes(text)) {
      const keys = open.pop();
      if (keys !== undefined && keys.length > 1) found.push(keys);
    } else if (kind === 'string' && tokens[index + 1]?.text === ':') open.at(-1)?.push(text.slice(1, -1));
  }
  return found;
}
