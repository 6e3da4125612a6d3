import type { Clock } from '../../ports/clock.ts';
import type { Log, LogFields } from '../../ports/log.ts';
import { metricsOf } from './metrics.ts';

const LEVELS = ['info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** What a secret looks like, wherever it turns up: Login with Amazon's tokens, our own, bearer headers, JSON Web Tokens. */
const SECRET_SHAPES = /Atz[ar]\|[^\s"',}]*|\bdps[a-z]?\.[\w.-]{16,}|\bBearer\s+[^\s"',}]+|\beyJ[\w-]{8,}\.[\w.-]+/gi;
const LONGEST_TEXT = 2_000;

/**
 * Writes one JSON line per call. Fields that are errors are written with their causes, texts that look like tokens are masked; this is
 * the only place where that happens, so nothing else may write to the console.
 * @param level lines below it are not written; of those that are metrics, the metric is
 * @param functionName Lambda's name of the function, whose lines are metrics as well; elsewhere there is nobody to read them
 */
export function createLog(
  level: LogLevel,
  clock: Clock,
  write: (line: string) => void = toStdout,
  functionName?: string,
): Log {
  const from = LEVELS.indexOf(level);
  const line =
    (at: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      const now = clock.now();
      const metrics = functionName ? metricsOf(event, fields, functionName, now) : {};
      const isBelow = LEVELS.indexOf(at) < from;
      if (isBelow && Object.keys(metrics).length === 0) return;
      const shown = Object.entries(isBelow ? {} : fields).map(([name, value]) => [
        name,
        value instanceof Error ? errorText(value) : value,
      ]);
      const entry = { at: now.toISOString(), level: at, event, ...Object.fromEntries(shown), ...metrics };
      write(JSON.stringify(entry, (_, value) => (typeof value === 'string' ? mask(value) : value)));
    };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** Not by `console`: Lambda's puts its own words before each line, and metric filters then no longer find JSON. */
const toStdout = (line: string): void => void process.stdout.write(`${line}\n`);

const mask = (text: string): string => text.replaceAll(SECRET_SHAPES, '[masked]').slice(0, LONGEST_TEXT);

/**
 * An error as text: names, messages, where it was thrown, causes. Not its other fields: an HTTP client's errors carry the whole
 * request, headers and all.
 */
function errorText(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const where = depth === 0 ? `\n${(error.stack ?? '').split('\n').slice(1, 6).join('\n')}` : '';
  const cause = error.cause === undefined || depth > 4 ? '' : ` <- ${errorText(error.cause, depth + 1)}`;
  return `${error.name}: ${error.message}${cause}${where}`;
}
