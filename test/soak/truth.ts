import type { Endpoint } from '../../desk/alexa/contract.ts';
import type { Account, Street } from './accounts.ts';

/** What Alexa shows beside what is, in sentences; empty when all is as it should be. */
export const untruths = (street: Street): string[] => street.accounts.flatMap((setup) => ofAccount(street, setup));

function ofAccount({ system: { myLeviton } }: Street, setup: Account): string[] {
  return setup.amazonCustomers.flatMap(({ customer }, index) => {
    const whose = `account ${setup.index}, Amazon account ${index + 1}`;
    const shown = new Map(customer.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const extra = [...shown.keys()].filter((id) => !setup.devices.has(Number(id)));
    return [
      ...extra.map((id) => `${whose}: device ${id} is shown and gone`),
      ...[...setup.devices].flatMap((id) => {
        const endpoint = shown.get(String(id));
        if (!endpoint) return [`${whose}: device ${id} is not shown`];
        const { name, canSetLevel } = myLeviton.record(id);
        const { power, brightness, online } = myLeviton.device(id);
        const differs = (what: string, is: unknown) => {
          const tile = shownOf(endpoint, what);
          return tile === is ? [] : [`${whose}, device ${id}: ${what} is shown as ${tile} and is ${is}`];
        };
        // Nobody knows how a lamp is whose plug has no power; that it is away is what has to be known.
        const state = online
          ? [
              ...differs('powerState', power),
              ...(canSetLevel === false ? [] : differs('brightness', power === 'OFF' ? 0 : brightness)),
            ]
          : [];
        return [...differs('name', name), ...differs('connectivity', online ? 'OK' : 'UNREACHABLE'), ...state];
      }),
    ];
  });
}

/** A tile's name or value, by the property's name. */
function shownOf({ name, properties }: Endpoint, what: string): unknown {
  if (what === 'name') return name;
  const value = Object.entries(properties).find(([key]) => key.endsWith(`.${what}`))?.[1].value;
  return what === 'connectivity' ? (value as { value?: unknown } | undefined)?.value : value;
}
