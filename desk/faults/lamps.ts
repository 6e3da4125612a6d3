import { changesNothing, type DeskFault } from './fault.ts';

/** What a person at the lamp sees of these, nobody else can see. */
export const WITHOUT_WIFI = 'plug-without-wifi';
export const ROUTER_REPLACED = 'router-replaced';
export const BROADBAND_DOWN = 'broadband-down';
export const LAMP_SWITCHED_OFF = 'lamp-switched-off';
export const BULB_NEEDS_MORE = 'bulb-needs-more';

/** Faults in which plugs have power and no connection. */
export const POWERED_OFFLINE = [WITHOUT_WIFI, ROUTER_REPLACED, BROADBAND_DOWN] as const;

/** The bulb of `BULB_NEEDS_MORE` is dark below this level, in percent. */
export const LEAST_LEVEL = 10;

const disconnect =
  (which: (plugs: readonly string[]) => readonly string[]): DeskFault['inject'] =>
  ({ deviceCloud }, { plugs }) => {
    const gone = which(plugs).filter((id) => deviceCloud.device(id).online);
    for (const id of gone) deviceCloud.unplug(id);
    return () => {
      for (const id of gone) deviceCloud.plugIn(id);
    };
  };

/** From the Wi-Fi to the light. */
export const lampFaults: readonly DeskFault[] = [
  {
    id: WITHOUT_WIFI,
    hop: 'plug',
    label: 'First plug loses its Wi-Fi',
    expect: 'Its light blinks. Alexa hears ENDPOINT_UNREACHABLE; the other plugs obey.',
    inject: disconnect((plugs) => plugs.slice(0, 1)),
  },
  {
    id: ROUTER_REPLACED,
    hop: 'plug',
    label: 'New Wi-Fi password at home',
    expect: 'Every plug of the home is offline, and everything else at home is online.',
    inject: disconnect((plugs) => plugs),
  },
  {
    id: BROADBAND_DOWN,
    hop: 'plug',
    label: 'Internet at home down',
    expect: 'Every plug of the home is offline, as is everything else.',
    inject: disconnect((plugs) => plugs),
  },
  {
    id: LAMP_SWITCHED_OFF,
    hop: 'plug',
    label: "First lamp's own switch off",
    expect: 'The plug obeys, Alexa says OK, and the lamp stays dark. Only somebody who looks at it can tell.',
    inject: changesNothing,
  },
  {
    id: BULB_NEEDS_MORE,
    hop: 'plug',
    label: 'First bulb dark when dimmed low',
    expect: `Below ${LEAST_LEVEL} % the bulb shows no light: set the lamp to 5 percent, and all but your eyes say that it is on.`,
    inject: changesNothing,
  },
  {
    id: 'presses-lost',
    hop: 'plug',
    label: "Plug's button not heard by its cloud",
    expect: 'Press the button of a plug: the lamp follows, and neither the device cloud nor Alexa hears of it.',
    inject: ({ deviceCloud }) => deviceCloud.losePresses(),
    only: 'my-leviton',
  },
];
