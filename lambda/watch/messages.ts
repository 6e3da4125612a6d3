import type { StateMessage, UnconfirmedWriteMessage } from '../ports/report-queue.ts';
import type { DeviceReport } from './device-state.ts';

/** The queue message of one report. */
export function messageOf(accountId: string, report: DeviceReport): StateMessage | UnconfirmedWriteMessage {
  const { kind, device, cause, by, savedAt = device.changedAt?.getTime() ?? 0 } = report;
  const { id: deviceId, power, level, connected } = device;
  const at = report.at.toISOString();
  if (kind === 'unconfirmed') return { kind: 'unconfirmed-write', accountId, deviceId, at };
  const changedAt = savedAt > 0 && { changedAt: new Date(savedAt).toISOString() };
  const state = { kind: 'state', accountId, deviceId, power, level, connected, at, ...changedAt, cause, by } as const;
  return kind === 'always' ? { ...state, forceReport: true } : state;
}
