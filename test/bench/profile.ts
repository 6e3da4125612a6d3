import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What V8's profiler gives (Chrome DevTools protocol, `Profiler.Profile`); times are in microseconds. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: Frame;
  readonly children?: readonly number[] | undefined;
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Part of the processor time of a measurement. */
export interface Share {
  readonly part: string;
  readonly percent: number;
}

/** Where a function of a bundle stood, or nothing for one that is not from a bundle. */
export type SourceOf = (frame: Frame) => string | undefined;

/** By the path of the source; the first that matches counts. What matches none is the bench itself, which is not counted. */
const PARTS: readonly (readonly [path: RegExp, part: string])[] = [
  [/node_modules\/axios\//, 'axios'],
  [/adapters\/http\//, 'sending a request'],
  [/node_modules\/(@aws|@smithy|dataloader)/, 'the AWS SDK'],
  [/adapters\/dynamodb\//, 'rows of the table'],
  [/node_modules\/valibot\//, 'schema checks'],
  [/node_modules\/ask-sdk/, 'the ASK SDK'],
  [/adapters\/(aes-gcm|hmac)\//, 'opening sealed tokens'],
  [/domain\/deadline|adapters\/system\//, 'deadlines'],
  [/adapters\/json-log\//, 'the log'],
  [/node_modules\//, 'other libraries'],
  [/lambda\//, 'the rest of our own code'],
];

/** Node's functions under which something else is spent than what their caller is about. */
const UNDER: Readonly<Record<string, string>> = {
  compileForInternalLoader: "Node's own modules, such as crypto and tls",
  wrapSafe: 'V8 compiling the bundle',
  'Module._load': "Node's search for files",
  prepareMainThreadExecution: 'Node itself',
};
/** What V8 names instead of functions. */
const STATES: Readonly<Record<string, string | undefined>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'Node itself',
  '(idle)': undefined,
};
const SOCKETS = "Node's sockets, TLS, HTTP and promises";

/**
 * What the processor time went to, the largest part first. What Node does for a caller counts for the caller; what it does for the
 * network by itself is a part of its own.
 * @returns per cent of the time in which the process was not idle; parts below 1 % are left out
 */
export function sharesOf(profiles: readonly Profile[], sourceOf: SourceOf): Share[] {
  const times = new Map<string, number>();
  for (const profile of profiles) {
    const partOf = partsIn(profile, sourceOf);
    for (const [index, id] of (profile.samples ?? []).entries()) {
      const part = partOf(id);
      if (part !== undefined) times.set(part, (times.get(part) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
    }
  }
  const whole = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([part, time]) => ({ part, percent: (100 * time) / whole }))
    .filter(({ percent }) => percent >= 1)
    .sort((a, b) => b.percent - a.percent);
}

function partsIn({ nodes }: Profile, sourceOf: SourceOf): (id: number) => string | undefined {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, string | undefined>();
  const find = (id: number): string | undefined => {
    const frame = frames.get(id);
    if (!frame) return SOCKETS;
    if (Object.hasOwn(STATES, frame.functionName)) return STATES[frame.functionName];
    const source = sourceOf(frame);
    if (source !== undefined) return PARTS.find(([path]) => path.test(source))?.[1];
    if (Object.hasOwn(UNDER, frame.functionName)) return UNDER[frame.functionName];
    const parent = parents.get(id);
    return parent === undefined ? SOCKETS : partOf(parent);
  };
  const partOf = (id: number): string | undefined => {
    if (!known.has(id)) known.set(id, find(id));
    return known.get(id);
  };
  return partOf;
}

/** Finds sources by the map beside each bundle, where there is one; else a bundle is its own source. */
export function sourcesByMap(): SourceOf {
  const maps = new Map<string, SourceMap | undefined>();
  return ({ url, lineNumber, columnNumber }) => {
    if (url === '' || url.startsWith('node:')) return undefined;
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!maps.has(file)) maps.set(file, mapOf(`${file}.map`));
    const entry = maps.get(file)?.findEntry(lineNumber, columnNumber);
    return entry && 'originalSource' in entry ? resolve(dirname(file), entry.originalSource) : file;
  };
}

const mapOf = (file: string): SourceMap | undefined =>
  existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload) : undefined;

/** As words, such as `the AWS SDK 38 %, axios 12 %`. */
export const sharesText = (shares: readonly Share[]): string =>
  shares.map(({ part, percent }) => `${part} ${Math.round(percent)} %`).join(', ');
