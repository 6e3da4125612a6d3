/** Amazon's hosts of the API, one per region (https://developer.amazon.com/docs/smarthome/smart-home-general-apis.html). */
const AMAZON: ReadonlySet<string> = new Set([
  'api.amazonalexa.com',
  'api.eu.amazonalexa.com',
  'api.fe.amazonalexa.com',
]);

/**
 * The hosts of an answer that a person's access token may be sent to: Amazon's, and the one that this function was told to ask (an emulator
 * answers with its own). Whatever else an answer names is left out.
 * @param named such as `api.eu.amazonalexa.com`; Amazon names hosts without a scheme
 */
export function trustedHosts(named: readonly string[], apiUrl: string): string[] {
  const own = new URL(apiUrl).host;
  const hosts = named.map((name) =>
    name
      .toLowerCase()
      .replace(/^https:\/\//, '')
      .replace(/\/$/, ''),
  );
  return [...new Set(hosts.filter((host) => AMAZON.has(host) || host === own))];
}

/** Always HTTPS, but for an emulator's own host. */
export function originOf(host: string, apiUrl: string): string {
  const own = new URL(apiUrl);
  return host === own.host ? own.origin : `https://${host}`;
}
