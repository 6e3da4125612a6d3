import type { Config } from '../adapters/environment/environment.ts';
import { createMyLeviton } from '../adapters/my-leviton/cloud.ts';
import { MY_LEVITON } from '../adapters/my-leviton/name.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudSession, DeviceCloud, DeviceFeed } from '../ports/device-cloud.ts';
import { lazily } from './lazy.ts';

/** The device cloud of a deployment, and what the functions must know of it. */
export interface ChosenCloud {
  readonly cloud: DeviceCloud;
  /** Its push channel, if it has one. A cloud that pushes over HTTP has none: it calls `device-events`. */
  readonly feed: DeviceFeed | undefined;
  /** What texts for people call it. */
  readonly cloudName: string;
  /** After how many days it usually ends a session; undefined where that is not known before a sign-in. */
  readonly sessionDays: number | undefined;
  /** The session that an access token of the maker's authorization server is; undefined for a cloud that takes none. */
  readonly sessionOfToken: SessionOfToken | undefined;
}

export type SessionOfToken = (token: string, accountId: string, expiresAt: string) => Promise<CloudSession>;

/**
 * The one place that names device clouds. My Leviton is loaded at once, as its functions start fastest so; any other when it is first
 * called.
 * @throws an Error that names the variable that is wrong
 */
export const openDeviceCloud = (config: Config, clock: Clock): ChosenCloud =>
  config.DEVICE_CLOUD === 'my-leviton' ? openMyLeviton(config, clock) : openMakerCloud(config, clock);

const openMyLeviton = (
  { MY_LEVITON_URL: url, MY_LEVITON_SOCKET_URL: socketUrl }: Config,
  clock: Clock,
): ChosenCloud => ({
  cloud: createMyLeviton({ url, clock }),
  feed: lazily(async () => {
    const { createMyLevitonFeed } = await import('../adapters/my-leviton/feed.ts');
    return createMyLevitonFeed({ socketUrl, clock, isOurs: () => true });
  }),
  cloudName: MY_LEVITON,
  sessionDays: 60,
  sessionOfToken: undefined,
});

function openMakerCloud({ DEVICE_CLOUD: url, DEVICE_CLOUD_NAME: cloudName }: Config, clock: Clock): ChosenCloud {
  if (cloudName === undefined) throw new Error('DEVICE_CLOUD_NAME is missing: what people call the device cloud');
  const cloud = lazily(async () => {
    const { createMakerCloud } = await import('../adapters/maker-cloud/cloud.ts');
    return createMakerCloud({ url, cloudName, clock });
  });
  const sessionOfToken: SessionOfToken = async (...token) =>
    (await import('../adapters/maker-cloud/wire.ts')).sessionOfToken(...token);
  return { cloud, feed: undefined, cloudName, sessionDays: undefined, sessionOfToken };
}
