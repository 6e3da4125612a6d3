import * as v from 'valibot';

import type { Target } from '../target.ts';
import { observeSettings, type SettingsAccess } from './audit.ts';
import { conclude, type PracticeFinding } from './conclude.ts';
import { observeCertificates } from './flow/certificates.ts';
import { discover, observeAddress } from './flow/discovery.ts';
import { observeRedirects } from './flow/redirects.ts';
import { kindOf, type MakerServer } from './server.ts';
import { observeFixed } from './settings/fixed.ts';

/** The part of an entry of `authorizationServers` that says which one it is. */
const Listed = v.object({
  issuers: v.optional(v.array(v.string()), []),
  clientIds: v.optional(v.array(v.string()), []),
});

/**
 * The maker's authorization server that Amazon is set to. Its issuer is the one that the secret entry has for this client, else the
 * origin of the token address.
 * @throws an Error with one sentence where account linking cannot be read
 */
export async function linkedServer(
  target: Pick<Target, 'accountLinking' | 'secrets' | 'redirectUris'>,
): Promise<MakerServer> {
  const { authorizationUrl, tokenUrl, clientId, scopes } = await target.accountLinking();
  const { authorizationServers = [] } = await target.secrets();
  const listed = authorizationServers.flatMap((entry) => {
    const parsed = v.safeParse(Listed, entry);
    return parsed.success && parsed.output.clientIds.includes(clientId) ? parsed.output.issuers : [];
  });
  const issuer = listed.find((one) => URL.canParse(one)) ?? new URL(tokenUrl).origin;
  return {
    kind: kindOf(issuer),
    issuer,
    authorizationUrl,
    tokenUrl,
    clientId,
    scopes,
    redirectUris: target.redirectUris,
  };
}

/**
 * What is seen of it without a sign-in: from outside, and with `settingsOf` in its settings. `npm run preflight -- --maker` sees more.
 * @param settingsOf how the settings of this server are read; nothing where nobody has given a credential for them
 */
export async function lookAtLinkedServer(
  target: Pick<Target, 'accountLinking' | 'secrets' | 'redirectUris' | 'clock' | 'certificate'>,
  settingsOf: (server: MakerServer) => Promise<SettingsAccess | undefined> = async () => undefined,
): Promise<readonly PracticeFinding[]> {
  const server = await linkedServer(target);
  const ports = { clock: target.clock, ...(target.certificate && { ca: target.certificate.ca }) };
  const [discovery, settings] = await Promise.all([discover(server.issuer, ports), settingsOf(server)]);
  const seen = settings ? await observeSettings(server, target.clock, settings) : [];
  return conclude([
    ...observeFixed(server),
    ...seen.map((one) => ({ ...one, by: 'settings' as const })),
    observeAddress(server, discovery),
    ...(await observeCertificates(server, ports)),
    await observeRedirects(server, ports),
  ]);
}
