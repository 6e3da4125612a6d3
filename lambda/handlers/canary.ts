import { createTokenMac } from '../adapters/hmac/token-mac.ts';
import { createOwnAddress } from '../adapters/own-address/own-address.ts';
import { checkCanary } from '../linking/canary.ts';
import type { compose } from './compose.ts';

/** @param origin where Alexa reaches the linking server */
export async function openCanary(
  { stores, secrets, ofKeys, clock, log }: ReturnType<typeof compose>,
  origin: string,
): Promise<(signal: AbortSignal) => Promise<void>> {
  const clients = async () => (await secrets()).linkingClients;
  const ownAddress = createOwnAddress({ origin, clients, clock });
  const tokenMac = await ofKeys(createTokenMac);
  const { canary, accounts, links } = await stores();
  return (signal) => checkCanary({ canary, accounts, links, clients, tokenMac, ownAddress, clock, log }, signal);
}
