import { expect, test } from '@jest/globals';
import { networksOf } from '../../lambda/domain/networks.ts';

test.each([
  { address: '203.0.113.7', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '::ffff:203.0.113.7', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '2001:db8:1:2:3:4:5:6', narrow: '2001:db8:1:2', wide: '2001:db8:1' },
  { address: '2001:0DB8:0001:0002::1', narrow: '2001:db8:1:2', wide: '2001:db8:1' },
  { address: '2001:db8::1', narrow: '2001:db8:0:0', wide: '2001:db8:0' },
  { address: '::FFFF:203.0.113.7', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '::ffff:cb00:7107', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '0:0:0:0:0:ffff:203.0.113.7', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '0000:0000:0000:0000:0000:FFFF:CB00:7107', narrow: '203.0.113.7', wide: '203.0.113' },
  { address: '2001:db8:1:2::203.0.113.7', narrow: '2001:db8:1:2', wide: '2001:db8:1' },
  { address: 'fe80::1%eth0', narrow: 'fe80:0:0:0', wide: 'fe80:0:0' },
  { address: '::1', narrow: '0:0:0:0', wide: '0:0:0' },
])('$address is of $narrow and $wide', ({ address, narrow, wide }) => {
  expect(networksOf(address)).toEqual({ narrow, wide });
});
