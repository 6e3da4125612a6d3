import { propertiesOf } from '../alexa/capabilities.ts';
import type { Settings } from '../alexa/interfaces/interface.ts';
import { changeReport } from '../alexa/messages.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { viewOf } from './last-reported.ts';

/**
 * The state that a grant was last told of, once more: the gateway answers it as any report, and Alexa shows what it showed.
 * @returns nothing where none was reported
 */
export function unchangedReport(
  record: Pick<DeviceRecord, 'device' | 'views'>,
  grantId: string,
  accessToken: string,
  settings: Settings,
): object | undefined {
  const { lastReported } = viewOf(record, grantId);
  if (!lastReported) return undefined;
  const { power, level, connected, at } = lastReported;
  const device = { ...record.device, power, level, connected, sampledAt: new Date(at), uncertaintyMs: 0 };
  return changeReport(device.id, accessToken, 'PERIODIC_POLL', propertiesOf(device, settings), []);
}
