const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof codes;

/** Colours text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** util.styleText decides by the process's own streams; here the caller has decided already. */
export function painter(colour: boolean): Paint {
  return (style, text) => {
    const [on, off] = codes[style];
    return colour && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}
