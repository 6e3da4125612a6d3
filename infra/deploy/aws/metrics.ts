import type { QueryClient } from './query.ts';
import { membersAt, textAt } from './xml.ts';

/** A metric of CloudWatch with one dimension. */
export interface Metric {
  readonly namespace: 'AWS/SQS' | 'AWS/Lambda';
  readonly name: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: 'Sum' | 'Maximum';
}

/** 1,440 periods are the most that one answer has. */
export interface Period {
  readonly since: Date;
  readonly until: Date;
  /** Of one value, in seconds: 60 or more. */
  readonly seconds: number;
}

export interface Datapoint {
  /** When its period began. */
  readonly at: Date;
  readonly value: number;
}

/**
 * What CloudWatch has of a metric, the oldest first. A period in which nothing was counted has no value.
 * @throws AwsRefusal, Failure
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export async function readMetric(
  { namespace, name, dimension, statistic }: Metric,
  { since, until, seconds }: Period,
  awsRegion: string,
  query: QueryClient,
): Promise<Datapoint[]> {
  const answer = await query('monitoring', awsRegion, 'GetMetricStatistics', {
    Namespace: namespace,
    MetricName: name,
    'Dimensions.member.1.Name': dimension[0],
    'Dimensions.member.1.Value': dimension[1],
    StartTime: since.toISOString(),
    EndTime: until.toISOString(),
    Period: String(seconds),
    'Statistics.member.1': statistic,
  });
  return membersAt(answer, 'GetMetricStatisticsResponse', 'GetMetricStatisticsResult', 'Datapoints')
    .map((point) => ({ at: new Date(textAt(point, 'Timestamp') ?? ''), value: Number(textAt(point, statistic)) }))
    .filter(({ at, value }) => Number.isFinite(at.getTime()) && Number.isFinite(value))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}
