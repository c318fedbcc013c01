import { readFileSync } from 'node:fs';

/** Files after a step: text by path, null for one that is gone. Only what changed. */
export type FileChanges = Readonly<Record<string, string | null>>;

export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** One command on one node, and what it left. */
export interface Step {
  readonly node: string;
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: FileChanges;
  /** The files that other nodes saw change, without what is in them now. */
  readonly filesOn: Readonly<Record<string, readonly string[]>>;
  /** Each as `path size`. */
  readonly volumes: Changes;
  /** Paths under /run/qemu-server. */
  readonly run: Changes;
  /** Seconds that it took there. */
  readonly seconds: number;
}

export interface StartState {
  readonly files: Readonly<Record<string, string>>;
  /** Each as `path size`. */
  readonly volumes: readonly string[];
  /** Paths under /run/qemu-server. */
  readonly run: readonly string[];
}

/** A scenario recorded on real PVE. */
export interface Recording {
  /** What of it was not the real thing. */
  readonly fidelity: string;
  readonly nodes: readonly string[];
  readonly start: Readonly<Record<string, StartState>>;
  readonly steps: readonly Step[];
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads a recording. Throws Error, with the path and what is wrong, for a file that cannot be read or is none. */
export function readRecording(path: string): Recording {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`Cannot replay ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!isObject(json) || !isObject(json['start']) || !Array.isArray(json['steps'])) {
    throw new Error(
      `Cannot replay ${path}: it is no recording; wanted are "start" (an object) and "steps" (a list)`,
    );
  }
  return {
    fidelity: text(json['fidelity']),
    nodes: texts(json['nodes']),
    start: Object.fromEntries(
      Object.entries(json['start']).map(([node, state]) => [node, startState(object(state))]),
    ),
    steps: json['steps'].map((step, index) => readStep(path, index, object(step))),
  };
}

function startState(json: Json): StartState {
  return {
    files: Object.fromEntries(
      Object.entries(object(json['files'])).map(([path, content]) => [path, text(content)]),
    ),
    volumes: texts(json['volumes']),
    run: texts(json['run']),
  };
}

function readStep(path: string, index: number, json: Json): Step {
  const argv = texts(json['argv']);
  if (argv.length === 0 || typeof json['node'] !== 'string' || typeof json['exit'] !== 'number') {
    throw new Error(`Cannot replay ${path}: step ${index} has no node, argv or exit`);
  }
  return {
    node: json['node'],
    argv,
    stdin: text(json['stdin']),
    exit: json['exit'],
    stdout: text(json['stdout']),
    stderr: text(json['stderr']),
    files: fileChanges(json['files']),
    filesOn: Object.fromEntries(
      Object.entries(object(json['files_on'])).map(([node, files]) => [node, texts(files)]),
    ),
    volumes: changes(json['volumes']),
    run: changes(json['run']),
    seconds: typeof json['ms'] === 'number' ? json['ms'] / 1000 : 0,
  };
}

function fileChanges(json: unknown): FileChanges {
  return Object.fromEntries(
    Object.entries(object(json)).map(([path, content]) => [path, content === null ? null : text(content)]),
  );
}

function changes(json: unknown): Changes {
  return { added: texts(object(json)['added']), removed: texts(object(json)['removed']) };
}
