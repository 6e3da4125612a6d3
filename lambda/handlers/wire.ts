import { createSealer } from '../adapters/aes-gcm/sealer.ts';
import { toConfig } from '../adapters/environment/environment.ts';
import { parseSecrets } from '../adapters/environment/secrets.ts';
import { createLog } from '../adapters/json-log/log.ts';
import { createTokenClient } from '../adapters/lwa/token-client.ts';
import { createMyLeviton } from '../adapters/my-leviton/cloud.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { sealedBearer } from '../domain/bearer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { lazily, once } from './lazy.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** What a machine other than Lambda brings along: the desk its clock and its log. */
export interface Machine {
  readonly clock?: Clock;
  readonly log?: Log;
}

/**
 * Builds what the functions share from their environment. Nothing here awaits the network: secrets are fetched, and the AWS SDK is
 * loaded, when a directive first needs them.
 * @throws an Error that names the variable that is wrong
 */
export function wire(environment: EnvironmentVariables, machine: Machine = {}) {
  const config = toConfig(environment);
  const clock = machine.clock ?? systemClock;
  const log = machine.log ?? createLog(config.LOG_LEVEL, clock);
  const secrets = once(async () => {
    if (config.SECRETS_JSON) return parseSecrets(config.SECRETS_JSON);
    const { loadSecrets } = await import('../adapters/secrets-manager/secrets.ts');
    return parseSecrets(await loadSecrets(config.SECRETS_ID ?? '', config.AWS_REGION));
  });
  const sealer = once(async () => createSealer((await secrets()).sealingKeys));
  const stores = once(async () => {
    const { openStores } = await import('../adapters/dynamodb/stores.ts');
    const endpoint = config.AWS_ENDPOINT_URL_DYNAMODB ?? config.AWS_ENDPOINT_URL;
    return openStores(
      { tableName: config.TABLE_NAME, region: config.AWS_REGION, ...(endpoint && { endpoint }) },
      await sealer(),
    );
  });
  return {
    config,
    clock,
    log,
    secrets,
    sealer,
    stores,
    region: config.ALEXA_REGION,
    settings: { brightnessWhileOff: config.BRIGHTNESS_WHILE_OFF },
    cloud: createMyLeviton({ url: config.MY_LEVITON_URL, clock }),
    bearers: lazily(async () => sealedBearer(await sealer())),
    tokens: lazily(async () => createTokenClient({ url: config.LWA_TOKEN_URL, ...(await secrets()).messaging, clock })),
    homes: lazily(async () => (await stores()).homes),
    devices: lazily(async () => (await stores()).devices),
    grants: lazily(async () => (await stores()).grants),
  };
}
