import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Stack } from '../deploy/aws/stacks.ts';

/** The log of one function in one region. */
export interface Source {
  readonly function: string;
  readonly awsRegion: string;
  readonly logGroup: string;
}

/** One line that a function wrote. */
export interface Line {
  readonly at: Date;
  readonly function: string;
  readonly awsRegion: string;
  readonly level: string;
  readonly event: string;
  /** The other fields, without those of the metric. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Wanted {
  /** The field that is searched. */
  readonly field: 'account' | 'attempt';
  /** Letters, digits and a few signs such as `-`, since it becomes part of a pattern. */
  readonly id: string;
  readonly since: Date;
}

export interface Read {
  readonly lines: readonly Line[];
  /** Whether there is more than was read. */
  readonly cut: boolean;
}

const MOST_LINES = 5_000;

/** In the order of the output LogGroups of infra/skill-stack.yaml. */
const FUNCTIONS = ['skill', 'account-linking', 'device-watch', 'report-worker', 'maintenance'];

/** The logs of a stack. */
export function sourcesOf({ awsRegion, outputs }: Stack): Source[] {
  const groups = (outputs.LogGroups ?? '').split(',').filter((name) => name !== '');
  const events = outputs.EventsLogGroup;
  return [
    ...groups.map((logGroup, index) => ({ function: FUNCTIONS[index] ?? 'function', awsRegion, logGroup })),
    ...(events ? [{ function: 'device-events', awsRegion, logGroup: events }] : []),
  ];
}

/**
 * The lines of one account or attempt, from all logs, in their order.
 * @throws what the AWS SDK throws
 */
export async function readLines(
  sources: readonly Source[],
  wanted: Wanted,
  clientOptions: (awsRegion: string) => { readonly region: string; readonly profile?: string },
): Promise<Read> {
  const { field, id, since } = wanted;
  const filterPattern = `{ $.${field} = "${id}" }`;
  const parts = await Promise.all(sources.map((source) => readSource(source, filterPattern, since, clientOptions)));
  const lines = parts.flatMap((part) => part.lines).sort((a, b) => a.at.getTime() - b.at.getTime());
  return { lines, cut: parts.some(({ cut }) => cut) };
}

/**
 * The lines of these events, in the log of one function.
 * @throws what the AWS SDK throws
 */
export const readEvents = (
  source: Source,
  events: readonly string[],
  since: Date,
  clientOptions: (awsRegion: string) => { readonly region: string; readonly profile?: string },
): Promise<Read> =>
  readSource(source, `{ ${events.map((event) => `($.event = "${event}")`).join(' || ')} }`, since, clientOptions);

async function readSource(
  source: Source,
  filterPattern: string,
  since: Date,
  clientOptions: (awsRegion: string) => { readonly region: string; readonly profile?: string },
): Promise<Read> {
  const client = new CloudWatchLogsClient(clientOptions(source.awsRegion));
  const lines: Line[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: source.logGroup,
          filterPattern,
          startTime: since.getTime(),
          ...(nextToken !== undefined && { nextToken }),
        }),
      );
      for (const { message = '', timestamp = 0 } of page.events ?? []) {
        const line = toLine(message, timestamp, source);
        if (line) lines.push(line);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined && lines.length < MOST_LINES);
    return { lines, cut: nextToken !== undefined };
  } finally {
    client.destroy();
  }
}

/** @returns nothing for a line that is not ours, such as Lambda's own */
function toLine(message: string, timestamp: number, source: Source): Line | undefined {
  const parsed = parseJson(message);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { at, level, event, _aws, ...fields } = parsed as Record<string, unknown>;
  if (typeof event !== 'string') return undefined;
  const written = typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? new Date(at) : new Date(timestamp);
  const { function: name, awsRegion } = source;
  return { at: written, function: name, awsRegion, level: String(level), event, fields };
}
