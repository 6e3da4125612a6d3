import type { LogFields } from '../../ports/log.ts';

/** Everything of this skill; the dimension `function` tells stages apart, since a function's name begins with its stack's. */
const NAMESPACE = 'DimmerPlugSkill';

/** CloudWatch has no unit for hours. */
type Unit = 'Milliseconds' | 'Count' | 'None';

/** What a line of the log is worth as numbers. Each name and each result is a metric that CloudWatch charges for, so they are few. */
interface Measured {
  /** Which field of the line it is, and in what. */
  readonly values?: Readonly<Record<string, readonly [field: string, unit: Unit]>>;
  /** One more of these, by result. */
  readonly counts: string;
  readonly result: (fields: LogFields) => string;
}

const always = (result: string) => () => result;
const outcome = ({ outcome: text }: LogFields): string => String(text);

const MEASURED: Readonly<Record<string, Measured>> = {
  directive: {
    values: {
      AnswerTime: ['ms', 'Milliseconds'],
      DeviceCloudTime: ['cloudMs', 'Milliseconds'],
      DeviceCloudCalls: ['cloudCalls', 'Count'],
      // Its average is the share of directives that fail, without those that one account alone makes fail.
      GeneralFailures: ['generalFailure', 'Count'],
    },
    counts: 'Directives',
    // An ErrorResponse's type is in capitals; all other outcomes are names of answers.
    result: (fields) => (/^[A-Z_]+$/.test(outcome(fields)) ? outcome(fields) : 'answered'),
  },
  report: { values: { ReportAge: ['ageMs', 'Milliseconds'] }, counts: 'Reports', result: outcome },
  'report-not-delivered': { counts: 'Reports', result: always('not-delivered') },
  linked: { counts: 'Tokens', result: always('linked') },
  // Hours between two days on which Alexa refreshed with a link: its percentiles are the histogram of the gaps.
  refreshed: { values: { RefreshGap: ['gapHours', 'None'] }, counts: 'Tokens', result: always('refreshed') },
  'token-request-refused': { counts: 'Tokens', result: ({ code }) => String(code) },
  'token-request-failed': { counts: 'Tokens', result: always('failed') },
  'session-renewed': { counts: 'Renewals', result: always('renewed') },
  'renewal-failed': { counts: 'Renewals', result: always('failed') },
  'account-needs-reauth': { counts: 'Renewals', result: always('account-needs-reauth') },
};

/**
 * What makes a line a metric as well, so that measuring takes no call and no second line: CloudWatch Logs reads it by itself.
 * @param functionName Lambda's own name of the function
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf(event: string, fields: LogFields, functionName: string, now: Date): object {
  const measured = Object.hasOwn(MEASURED, event) ? MEASURED[event] : undefined;
  if (!measured) return {};
  const values = Object.entries(measured.values ?? {}).flatMap(([name, [field, unit]]) => {
    const value = fields[field];
    return typeof value === 'number' && Number.isFinite(value) ? [{ name, value, unit }] : [];
  });
  const timed = values.map(({ name, unit }) => ({ Name: name, Unit: unit }));
  const directive = (dimensions: string[], metrics: object[]) => ({
    Namespace: NAMESPACE,
    Dimensions: [dimensions],
    Metrics: metrics,
  });
  return {
    function: functionName,
    result: measured.result(fields),
    ...Object.fromEntries(values.map(({ name, value }) => [name, value])),
    [measured.counts]: 1,
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        ...(timed.length > 0 ? [directive(['function'], timed)] : []),
        directive(['function', 'result'], [{ Name: measured.counts, Unit: 'Count' }]),
      ],
    },
  };
}
