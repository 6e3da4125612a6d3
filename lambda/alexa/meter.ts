import type { Clock } from '../ports/clock.ts';
import type { DeviceCloud } from '../ports/device-cloud.ts';

/** The device cloud of one directive, and what it took: how often it was asked, and for how many milliseconds in all, up to now. */
export interface Meter {
  readonly cloud: DeviceCloud;
  readonly calls: number;
  readonly ms: number;
}

export function metered(cloud: DeviceCloud, clock: Clock): Meter {
  let calls = 0;
  let ms = 0;
  const open = new Set<{ readonly began: number }>();
  const since = ({ began }: { readonly began: number }) => clock.now().getTime() - began;
  const timed = async <T>(call: Promise<T>): Promise<T> => {
    const one = { began: clock.now().getTime() };
    calls += 1;
    open.add(one);
    try {
      return await call;
    } finally {
      open.delete(one);
      ms += since(one);
    }
  };
  return {
    cloud: {
      signIn: (...args) => timed(cloud.signIn(...args)),
      probeSignIn: (...args) => timed(cloud.probeSignIn(...args)),
      signOut: (...args) => timed(cloud.signOut(...args)),
      devices: (...args) => timed(cloud.devices(...args)),
      device: (...args) => timed(cloud.device(...args)),
      command: (...args) => timed(cloud.command(...args)),
    },
    get calls() {
      return calls;
    },
    get ms() {
      return [...open].reduce((sum, one) => sum + since(one), ms);
    },
  };
}
