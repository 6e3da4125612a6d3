import type { Config } from '../adapters/environment/environment.ts';
import { createAlexaGateway } from '../adapters/event-gateway/gateway.ts';
import { createTokenClient } from '../adapters/lwa/token-client.ts';
import { createOwnAddress } from '../adapters/own-address/own-address.ts';
import { propertiesOf } from '../alexa/capabilities.ts';
import type { Settings } from '../alexa/interfaces/interface.ts';
import { changeReport } from '../alexa/messages.ts';
import { type Diagnostics, type GatherPorts, gatherDeployment, gatherEvidence } from '../domain/diagnosis/gather.ts';
import { EventRefused, GatewayUnreachable } from '../ports/errors.ts';
import type { AlexaRegion } from '../ports/grant-store.ts';
import type { LinkingClient, Secrets } from '../ports/secrets.ts';

export interface DiagnosticsParts extends Omit<GatherPorts, 'ownAddress' | 'repeatReport'> {
  readonly gatewayUrls: Readonly<Record<AlexaRegion, string>>;
  readonly settings: Settings;
  /** Where Alexa reaches the linking server; absent where the skill does not know it. */
  readonly origin: string | undefined;
  readonly clients: () => Promise<readonly LinkingClient[]>;
  /** Whom to trust for that address beside the known authorities, as PEM. */
  readonly ca?: string;
}

/** Everything that a look at an account needs. */
export function openDiagnostics(parts: DiagnosticsParts): Diagnostics {
  const { origin, clients, ca, gatewayUrls, settings, ...ports } = parts;
  const how = { clients, clock: parts.clock, ...(ca !== undefined && { ca }) };
  const ownAddress = origin === undefined ? undefined : createOwnAddress({ origin, ...how });
  const gateway = createAlexaGateway({ urls: gatewayUrls });
  const repeatReport: GatherPorts['repeatReport'] = async ({ region, tokens: { accessToken } }, device, signal) => {
    const event = changeReport(device.id, accessToken, 'PERIODIC_POLL', propertiesOf(device, settings), []);
    try {
      await gateway.send(region, accessToken, event, signal);
      return undefined;
    } catch (error) {
      if (error instanceof EventRefused || error instanceof GatewayUnreachable) return error;
      throw error;
    }
  };
  const all = { ...ports, ownAddress, repeatReport };
  return { gather: (question) => gatherEvidence(question, all), gatherDeployment: () => gatherDeployment(all) };
}

type Stores = Omit<
  GatherPorts,
  'ownAddress' | 'repeatReport' | 'cloud' | 'clock' | 'log' | 'tokens' | 'isLinkedElsewhere' | 'sealingKeyIds'
>;

interface DiagnosedParts extends Pick<GatherPorts, 'cloud' | 'clock' | 'log'> {
  readonly stores: Stores;
  /** As they were read first, and as they are now. */
  readonly secrets: () => Promise<Secrets>;
  readonly fetchSecrets: () => Promise<Secrets>;
}

/** The same, as a function has it from its environment. */
export async function openDiagnosticsOf(config: Config, { stores, secrets, fetchSecrets, ...ports }: DiagnosedParts) {
  const { messaging } = await secrets();
  const isLinkedElsewhere = config.LINK_MODE === 'passthrough';
  return openDiagnostics({
    ...stores,
    ...ports,
    tokens: createTokenClient({ url: config.LWA_TOKEN_URL, ...messaging, clock: ports.clock }),
    // There is no sign-in page and no token endpoint of ours where a maker's server makes the links.
    origin: isLinkedElsewhere ? undefined : config.PUBLIC_URLS[0],
    isLinkedElsewhere,
    sealingKeyIds: async (wanted) => {
      const known = idsOf(await secrets());
      return wanted.every((id) => known.includes(id)) ? known : idsOf(await fetchSecrets());
    },
    clients: async () => (await secrets()).linkingClients,
    gatewayUrls: {
      NA: config.EVENT_GATEWAY_URL_NA,
      EU: config.EVENT_GATEWAY_URL_EU,
      FE: config.EVENT_GATEWAY_URL_FE,
    },
    settings: { brightnessWhileOff: config.BRIGHTNESS_WHILE_OFF },
  });
}

const idsOf = ({ sealingKeys }: Secrets): readonly string[] => sealingKeys.map(({ id }) => id);
