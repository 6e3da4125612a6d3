import { createAlexaGateway } from '../adapters/event-gateway/gateway.ts';
import { createOwnAddress } from '../adapters/own-address/own-address.ts';
import type { Settings } from '../alexa/interfaces/interface.ts';
import { type Diagnostics, type GatherPorts, gatherDeployment, gatherEvidence } from '../domain/diagnosis/gather.ts';
import { EventRefused, GatewayUnreachable } from '../ports/errors.ts';
import type { AlexaRegion } from '../ports/grant-store.ts';
import type { LinkingClient } from '../ports/secrets.ts';
import { unchangedReport } from '../reports/unchanged-report.ts';

export interface DiagnosticsParts extends Omit<GatherPorts, 'ownAddress' | 'repeatReport'> {
  readonly gatewayUrls: Readonly<Record<AlexaRegion, string>>;
  readonly settings: Settings;
  /** Where Alexa reaches the linking server; absent where the skill does not know it. */
  readonly origin: string | undefined;
  readonly clients: () => Promise<readonly LinkingClient[]>;
}

/** Everything that a look at an account needs. */
export function openDiagnostics({ origin, clients, gatewayUrls, settings, ...ports }: DiagnosticsParts): Diagnostics {
  const ownAddress = origin === undefined ? undefined : createOwnAddress({ origin, clients });
  const gateway = createAlexaGateway({ urls: gatewayUrls });
  const repeatReport: GatherPorts['repeatReport'] = async ({ id, region, tokens }, record, signal) => {
    const event = unchangedReport(record, id, tokens.accessToken, settings);
    if (!event) return undefined;
    try {
      await gateway.send(region, tokens.accessToken, event, signal);
      return undefined;
    } catch (error) {
      if (error instanceof EventRefused || error instanceof GatewayUnreachable) return error;
      throw error;
    }
  };
  const all = { ...ports, ownAddress, repeatReport };
  return { gather: (question) => gatherEvidence(question, all), gatherDeployment: () => gatherDeployment(all) };
}
