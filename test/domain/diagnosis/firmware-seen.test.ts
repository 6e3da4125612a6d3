import { afterEach, expect, test } from '@jest/globals';
import type { TestSetup } from '../../support/setup.ts';
import { look, openWatched } from './gather-support.ts';

let setup: TestSetup;
afterEach(() => setup.system.close());

test('another plug of the same model has newer firmware: it is a hint, and nothing is broken', async () => {
  setup = await openWatched();
  const { system, residence, customer } = setup;
  const { id } = system.myLeviton.addSwitch(residence, { name: 'Hall', version: '9.0.0; CP 1.13' });
  system.myLeviton.addSwitch(residence, { name: 'Fan', model: 'D24SF', version: '99.0; CP 1.13' });
  await customer.discover();
  const { evidence, diagnosis, broken } = await look(setup);
  expect(broken).toEqual([]);
  const lamp = evidence.plugs?.list.find((plug) => plug.id === setup.endpointId);
  expect(lamp).toMatchObject({ newerFirmware: '9.0.0; CP 1.13' });
  expect(evidence.plugs?.list.find((plug) => plug.id === String(id))).not.toHaveProperty('newerFirmware');
  expect(diagnosis.hints).toEqual([
    { code: 'firmware-old', name: 'Bedroom lamp', firmware: lamp?.firmware, newer: '9.0.0; CP 1.13' },
  ]);
});
