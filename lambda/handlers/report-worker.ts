import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createAlexaGateway } from '../adapters/event-gateway/gateway.ts';
import { toSample } from '../adapters/sqs/messages.ts';
import { withDeadline } from '../domain/deadline.ts';
import { type DeliverPorts, deliver } from '../reports/deliver.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/** A report is worth some seconds; the queue brings it again. */
const DEADLINE_MS = 10_000;

/** The `report-worker` function: samples of the report queue in, reports at the event gateways out. */
export function createReportWorker(
  environment: EnvironmentVariables,
  machine?: Machine,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const wired = wire(environment, machine);
  const { EVENT_GATEWAY_URL_NA: NA, EVENT_GATEWAY_URL_EU: EU, EVENT_GATEWAY_URL_FE: FE } = wired.config;
  const ports = { ...wired, gateway: createAlexaGateway({ urls: { NA, EU, FE } }) };
  return async ({ Records }) => {
    // Groups side by side, each in its own order: once one of a group has failed, those after it must wait for it.
    const failures = await Promise.all([...groupsOf(Records).values()].map((group) => work(group, ports)));
    return { batchItemFailures: failures.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** Answers with the records that are to come again. */
async function work(group: SQSRecord[], ports: DeliverPorts): Promise<SQSRecord[]> {
  for (const [index, record] of group.entries()) {
    try {
      const sample = toSample(record.body);
      const outcome = await withDeadline(DEADLINE_MS, ports.clock, (signal) => deliver(sample, ports, signal));
      ports.log.info('report', { home: sample.homeId, device: sample.deviceId, cause: sample.cause, outcome });
    } catch (error) {
      ports.log.error('report-not-delivered', {
        message: record.messageId,
        received: Number(record.attributes.ApproximateReceiveCount),
        error: error instanceof Error ? error : String(error),
      });
      return group.slice(index);
    }
  }
  return [];
}

function groupsOf(records: readonly SQSRecord[]): Map<string, SQSRecord[]> {
  const groups = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const id = record.attributes.MessageGroupId ?? record.messageId;
    groups.set(id, [...(groups.get(id) ?? []), record]);
  }
  return groups;
}

let worker: ReturnType<typeof createReportWorker> | undefined;

/** What Lambda calls. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  worker ??= createReportWorker(process.env);
  return worker(event);
};
