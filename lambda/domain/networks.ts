/**
 * The networks of an IP address. `narrow`: the IPv4 address, or the /64 that an IPv6 customer has. `wide`: the IPv4 /24, or the IPv6 /48 that
 * one customer may have at most.
 */
export function networksOf(address: string): { readonly narrow: string; readonly wide: string } {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return { narrow: plain, wide: plain.split('.').slice(0, 3).join('.') };
  const [head = '', tail = ''] = plain.toLowerCase().split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = plain.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  const groups = [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, ''));
  return { narrow: groups.slice(0, 4).join(':'), wide: groups.slice(0, 3).join(':') };
}
