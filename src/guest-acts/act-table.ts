import { copyWords } from './copy-words.ts';
import { moveWords } from './move-words.ts';
import { powerWords } from './power-words.ts';
import { snapshotWords } from './snapshot-words.ts';

/** The acts' words, apart from what they do: a help page loads no more than this. */
export const actTable = { ...powerWords, ...moveWords, ...copyWords, ...snapshotWords };
