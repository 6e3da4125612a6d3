import type { Config } from '../adapters/environment/environment.ts';
import { createMyLeviton } from '../adapters/my-leviton/cloud.ts';
import { MY_LEVITON, PASSWORD_HELP_URL } from '../adapters/my-leviton/name.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceCloud, DeviceFeed, SessionsByToken } from '../ports/device-cloud.ts';
import type { Secrets } from '../ports/secrets.ts';
import { lazily } from './lazy.ts';

/** The device cloud of a deployment, and what the functions must know of it. */
export interface ChosenCloud {
  readonly cloud: DeviceCloud;
  /** Its push channel, if it has one. A cloud that pushes over HTTP has none: it calls `device-events`. */
  readonly feed: DeviceFeed | undefined;
  /** What texts for people call it. */
  readonly cloudName: string;
  /** Where it helps people who have forgotten their password, where that is known. */
  readonly passwordHelpUrl: string | undefined;
  /** After how many days it usually ends a session; undefined where that is not known before a sign-in. */
  readonly sessionDays: number | undefined;
  /** The same cloud, where it takes access tokens of the maker's authorization server. */
  readonly byToken: SessionsByToken | undefined;
}

interface CloudPorts {
  readonly clock: Clock;
  readonly secrets: () => Promise<Secrets>;
}

/**
 * The one place that names device clouds. My Leviton is loaded at once, as its functions start fastest so; any other when it is first
 * called.
 * @throws an Error that names the variable that is wrong
 */
export const openDeviceCloud = (config: Config, ports: CloudPorts): ChosenCloud =>
  config.DEVICE_CLOUD === 'my-leviton' ? openMyLeviton(config, ports) : openMakerCloud(config, ports);

const openMyLeviton = (
  { MY_LEVITON_URL: url, MY_LEVITON_SOCKET_URL: socketUrl }: Config,
  { clock }: CloudPorts,
): ChosenCloud => ({
  cloud: createMyLeviton({ url, clock }),
  feed: lazily(async () => {
    const { createMyLevitonFeed } = await import('../adapters/my-leviton/feed.ts');
    return createMyLevitonFeed({ socketUrl, clock, isOurs: () => true });
  }),
  cloudName: MY_LEVITON,
  passwordHelpUrl: PASSWORD_HELP_URL,
  sessionDays: 60,
  byToken: undefined,
});

function openMakerCloud({ DEVICE_CLOUD: url, DEVICE_CLOUD_NAME: cloudName }: Config, ports: CloudPorts): ChosenCloud {
  if (cloudName === undefined) throw new Error('DEVICE_CLOUD_NAME is missing: what people call the device cloud');
  const cloud = lazily(async () => {
    const { createMakerCloud } = await import('../adapters/maker-cloud/cloud.ts');
    return createMakerCloud({ ...ports, url, cloudName });
  });
  return { cloud, feed: undefined, cloudName, passwordHelpUrl: undefined, sessionDays: undefined, byToken: cloud };
}
