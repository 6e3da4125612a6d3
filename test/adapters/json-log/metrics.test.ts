import { expect, test } from '@jest/globals';
import { createLog } from '../../../lambda/adapters/json-log/log.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import type { LogFields } from '../../../lambda/ports/log.ts';

const FUNCTION = 'ask-lamps-SkillFunction-1';
const clock: Clock = { now: () => new Date('2026-03-01T12:00:00.000Z'), wait: async () => {} };

function lineOf(event: string, fields: LogFields, functionName?: string): Record<string, unknown> {
  const lines: string[] = [];
  createLog('info', clock, (line) => lines.push(line), functionName).info(event, fields);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

/** What CloudWatch takes out of a line: each metric with its dimensions' values, its value and its unit. */
function metricsIn(line: Record<string, unknown>): string[] {
  const { CloudWatchMetrics = [] } = (line._aws ?? {}) as {
    CloudWatchMetrics?: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => {
        const dimensions = names.map((name) => `${name}=${line[name]}`).join(' ');
        return `${Namespace} ${dimensions}: ${Name} ${line[Name]} ${Unit}`;
      }),
    ),
  );
}

test.each([
  {
    when: 'a directive that was answered',
    event: 'directive',
    fields: { account: 'h1', outcome: 'StateReport', ms: 130, cloudMs: 120, cloudCalls: 1, generalFailure: 0 },
    metrics: [
      `DimmerPlugSkill function=${FUNCTION}: AnswerTime 130 Milliseconds`,
      `DimmerPlugSkill function=${FUNCTION}: DeviceCloudTime 120 Milliseconds`,
      `DimmerPlugSkill function=${FUNCTION}: DeviceCloudCalls 1 Count`,
      `DimmerPlugSkill function=${FUNCTION}: GeneralFailures 0 Count`,
      `DimmerPlugSkill function=${FUNCTION} result=answered: Directives 1 Count`,
    ],
  },
  {
    when: 'a directive that was refused',
    event: 'directive',
    fields: { outcome: 'ENDPOINT_UNREACHABLE', ms: 40 },
    metrics: [
      `DimmerPlugSkill function=${FUNCTION}: AnswerTime 40 Milliseconds`,
      `DimmerPlugSkill function=${FUNCTION} result=ENDPOINT_UNREACHABLE: Directives 1 Count`,
    ],
  },
  {
    when: 'a report',
    event: 'report',
    fields: { account: 'h1', device: '7', outcome: 'reported', ms: 90, ageMs: 2600 },
    metrics: [
      `DimmerPlugSkill function=${FUNCTION}: ReportAge 2600 Milliseconds`,
      `DimmerPlugSkill function=${FUNCTION} result=reported: Reports 1 Count`,
    ],
  },
  {
    when: 'a renewal',
    event: 'session-renewed',
    fields: { account: 'h1' },
    metrics: [`DimmerPlugSkill function=${FUNCTION} result=renewed: Renewals 1 Count`],
  },
  {
    when: 'an account that needs a person',
    event: 'account-needs-reauth',
    fields: { account: 'h1', reason: 'locked' },
    metrics: [`DimmerPlugSkill function=${FUNCTION} result=account-needs-reauth: Renewals 1 Count`],
  },
  {
    when: 'a refresh that was refused',
    event: 'token-request-refused',
    fields: { code: 'invalid_grant', reason: 'the link was ended' },
    metrics: [`DimmerPlugSkill function=${FUNCTION} result=invalid_grant: Tokens 1 Count`],
  },
  {
    when: 'the first refresh of a day',
    event: 'refreshed',
    fields: { account: 'h1', gapHours: 23.5 },
    metrics: [
      `DimmerPlugSkill function=${FUNCTION}: RefreshGap 23.5 None`,
      `DimmerPlugSkill function=${FUNCTION} result=refreshed: Tokens 1 Count`,
    ],
  },
  {
    when: 'a later refresh',
    event: 'refreshed',
    fields: { account: 'h1' },
    metrics: [`DimmerPlugSkill function=${FUNCTION} result=refreshed: Tokens 1 Count`],
  },
  { when: 'any other line', event: 'accounts-checked', fields: { due: 3 }, metrics: [] },
  { when: 'an event by a name of Object’s', event: 'constructor', fields: {}, metrics: [] },
])('on Lambda $when is $metrics.length metrics', ({ event, fields, metrics }) => {
  const line = lineOf(event, fields, FUNCTION);
  expect(metricsIn(line)).toEqual(metrics);
  expect(line).toMatchObject({ at: '2026-03-01T12:00:00.000Z', event, ...fields });
  if (metrics.length > 0) expect(line._aws).toMatchObject({ Timestamp: Date.UTC(2026, 2, 1, 12) });
});

test('elsewhere a line is itself and nothing more', () => {
  expect(lineOf('report', { outcome: 'reported', ageMs: 1 })).toEqual({
    at: '2026-03-01T12:00:00.000Z',
    level: 'info',
    event: 'report',
    outcome: 'reported',
    ageMs: 1,
  });
});
