import type { AlexaRegion } from './grant-store.ts';

export interface AlexaGateway {
  /**
   * Posts one event; fulfilled when the gateway accepted it for processing (any 2xx; Amazon documents 202).
   * @throws EventRefused, GatewayUnreachable
   */
  send(region: AlexaRegion, accessToken: string, event: object, signal: AbortSignal): Promise<void>;
}
