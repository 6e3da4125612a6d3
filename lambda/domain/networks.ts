/** IPv4 addresses within IPv6 (RFC 4291, section 2.5.5.2). */
const MAPPED = /^0:0:0:0:0:ffff:/;

/**
 * The networks of an IP address, however it is written. `narrow`: the IPv4 address, or the /64 that an IPv6 customer has. `wide`: the IPv4
 * /24, or the IPv6 /48 that one customer may have at most.
 */
export function networksOf(address: string): { readonly narrow: string; readonly wide: string } {
  const groups = address.includes(':') ? groupsOf(address) : [];
  if (groups.length > 0 && !MAPPED.test(groups.join(':')))
    return { narrow: groups.slice(0, 4).join(':'), wide: groups.slice(0, 3).join(':') };
  const plain = groups.length > 0 ? groups.slice(6).map(toDotted).join('.') : address;
  return { narrow: plain, wide: plain.split('.').slice(0, 3).join('.') };
}

/** The eight groups of an IPv6 address, in small letters and without leading zeros. */
function groupsOf(address: string): string[] {
  const [plain = ''] = address.toLowerCase().split('%'); // the zone names an interface of ours
  const [head = '', tail = ''] = plain.replace(/[\d.]+\.\d+$/, toGroups).split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const zeros = plain.includes('::') ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}

/** `cb00:7107` of `203.0.113.7`. */
function toGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(':');
}

/** `203.0` of `cb00`. */
const toDotted = (group: string): string => {
  const number = Number.parseInt(group, 16);
  return `${number >> 8}.${number & 255}`;
};
