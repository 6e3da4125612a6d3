import type { AlexaExchange } from '../../desk/alexa/contract.ts';
import { reportIn, type Street } from './accounts.ts';

/** So many moments of a device are kept, and so many of its account. */
const KEPT = 60;

/** Events of the log that say what the watcher of an account is doing. */
const OF_ACCOUNT =
  /^(watch|account-|read-failed|samples-not-queued|device-skipped|devices-absent|session-|sign-in|reconciled|grant-|device-list)/;

/** What happened to each device of a street lately, so that a run that ends wrong can be understood. */
export class History {
  readonly #lines = new Map<string, string[]>();
  /** By device, its account: a device that is gone is none of any account. */
  readonly #accountOf = new Map<string, string>();

  /** A line of the functions' log. */
  take(line: string): void {
    const { at, event, account, device, outcome, error, reason, cause } = JSON.parse(line) as Record<string, string>;
    const said = [event, outcome, cause, reason, error?.slice(0, 120)].filter(Boolean).join(' ');
    if (device !== undefined && device !== 'all') this.#add(device, at, `log: ${said}`);
    else if (device === 'all') this.#add(`account ${account}`, at, `log: device list: ${said}`);
    else if (account !== undefined && OF_ACCOUNT.test(event ?? '')) this.#add(`account ${account}`, at, `log: ${said}`);
  }

  /** Follows what goes over the wires. */
  follow({ system: { alexa, queue, myLeviton } }: Street): void {
    myLeviton.onDevice((id, state) => this.#add(String(id), undefined, `device: ${JSON.stringify(state)}`));
    myLeviton.onExchange(({ channel, at, request, response, outbound }) => {
      const frame = outbound ? notificationIn(response.body) : undefined;
      if (frame) this.#add(frame.id, at, `frame: ${frame.data}`);
      const [, id] = /^\/IotSwitches\/(\d+)/.exec(channel === 'rest' ? request.path : '') ?? [];
      if (id) this.#add(id, at, `${request.method} ${JSON.stringify(request.body ?? '')}: ${response.status}`);
    });
    queue.onExchange(({ at, event, failed, ms }) => {
      for (const { body, messageId, attributes } of event.Records) {
        const {
          accountId,
          deviceId,
          kind,
          power,
          level,
          connected,
          at: sampled,
          cause,
          forceReport,
          grantId,
        } = JSON.parse(body);
        const state = `${kind} ${power} ${level} ${connected} of ${sampled} ${cause} ${forceReport ?? ''} ${grantId ?? ''}`;
        const outcome = `${failed.includes(messageId) ? 'failed' : 'done'} ${attributes.ApproximateReceiveCount} in ${ms} ms`;
        if (!deviceId) {
          this.#add(`account ${accountId}`, at, `queue: ${kind} of ${sampled} ${outcome}`);
          continue;
        }
        this.#accountOf.set(deviceId, accountId);
        this.#add(deviceId, at, `queue: ${state} ${outcome}`);
      }
    });
    alexa.onExchange((exchange) => {
      for (const { id: listed, said } of listReportIn(exchange))
        this.#add(listed, exchange.at, `alexa: gateway ${exchange.region ?? ''} ${exchange.status} ${said}`);
      const id = reportIn(exchange)?.endpointId ?? directiveEndpointOf(exchange);
      if (id === undefined) return;
      const { channel, region, status, at, sent, answered } = exchange;
      const said = reportIn(exchange)?.properties ?? `${nameOf(sent)} -> ${JSON.stringify(answered)?.slice(0, 900)}`;
      this.#add(id, at, `alexa: ${channel} ${region ?? ''} ${status} ${JSON.stringify(said)}`);
    });
  }

  /** What is kept of a device and of its account, oldest first. */
  of(deviceId: string): string[] {
    const accountId = this.#accountOf.get(deviceId);
    const all = [...(this.#lines.get(deviceId) ?? []), ...(this.#lines.get(`account ${accountId}`) ?? [])];
    return all.sort();
  }

  #now = '';
  #add(key: string, at: Date | string | undefined, text: string): void {
    this.#now = at === undefined ? this.#now : new Date(at).toISOString();
    const lines = this.#lines.get(key) ?? [];
    lines.push(`${this.#now} ${text}`);
    if (lines.length > KEPT) lines.shift();
    this.#lines.set(key, lines);
  }
}

function notificationIn(body: unknown): { readonly id: string; readonly data: string } | undefined {
  const { notification } = (body ?? {}) as { notification?: { modelId?: number; data?: unknown } };
  if (notification?.modelId === undefined) return undefined;
  return { id: String(notification.modelId), data: JSON.stringify(notification.data) };
}

/** What an AddOrUpdateReport or a DeleteReport says of each of its endpoints. */
function listReportIn({ channel, sent }: AlexaExchange): { readonly id: string; readonly said: string }[] {
  if (channel !== 'gateway') return [];
  const { event } = sent as ListReport;
  const name = event?.header?.name;
  if (name !== 'AddOrUpdateReport' && name !== 'DeleteReport') return [];
  return (event?.payload?.endpoints ?? []).map(({ endpointId, friendlyName = '' }) => ({
    id: endpointId,
    said: `${name} ${friendlyName}`,
  }));
}

interface ListReport {
  readonly event?: {
    readonly header?: { readonly name?: string };
    readonly payload?: {
      readonly endpoints?: readonly { readonly endpointId: string; readonly friendlyName?: string }[];
    };
  };
}

function directiveEndpointOf({ channel, sent }: AlexaExchange): string | undefined {
  if (channel !== 'directive') return undefined;
  return (sent as { directive?: { endpoint?: { endpointId?: string } } }).directive?.endpoint?.endpointId;
}

const nameOf = (sent: unknown): string => {
  const { directive } = sent as { directive?: { header?: { name?: string }; payload?: unknown } };
  return `${directive?.header?.name} ${JSON.stringify(directive?.payload)}`;
};
