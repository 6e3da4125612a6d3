import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createAlexaGateway } from '../adapters/event-gateway/gateway.ts';
import { toMessage } from '../adapters/sqs/messages.ts';
import type { ReportQueue, VisibilityChanger } from '../ports/report-queue.ts';
import { processBatch, type Received } from '../reports/work.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';

/** How long a changed device list waits before it is reported. */
const DEBOUNCE_MS = 2_500;

/** Overrides of the desk: its own queue, and a shorter wait. */
export interface WorkerOverrides extends Overrides {
  readonly queue?: ReportQueue & VisibilityChanger;
  readonly debounceMs?: number;
}

/** The `report-worker` function: messages of the report queue in, reports at the event gateways out. */
export function createReportWorker(
  environment: EnvironmentVariables,
  overrides: WorkerOverrides = {},
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const shared = compose(environment, overrides, { readTogether: true });
  const { EVENT_GATEWAY_URL_NA: NA, EVENT_GATEWAY_URL_EU: EU, EVENT_GATEWAY_URL_FE: FE } = shared.config;
  const gateway = createAlexaGateway({ urls: { NA, EU, FE } });
  const debounceMs = overrides.debounceMs ?? DEBOUNCE_MS;
  const ports = { ...shared, gateway, visibility: overrides.queue ?? shared.visibility, debounceMs };
  return async ({ Records }) => {
    const failed = await processBatch([...groupsOf(Records).values()], ports);
    return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
  };
}

function groupsOf(records: readonly SQSRecord[]): Map<string, Received[]> {
  const groups = new Map<string, Received[]>();
  for (const { messageId: id, receiptHandle: receipt, body, attributes } of records) {
    const group = attributes.MessageGroupId ?? id;
    const receives = Number(attributes.ApproximateReceiveCount);
    const received = { id, receipt, receives, read: () => toMessage(body) };
    groups.set(group, [...(groups.get(group) ?? []), received]);
  }
  return groups;
}

let worker: ReturnType<typeof createReportWorker> | undefined;

/** What Lambda calls. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  worker ??= createReportWorker(process.env);
  return worker(event);
};
