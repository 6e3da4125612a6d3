/** RFC 5321 section 4.5.3.1: 64 octets of local part, 254 in all. */
const LONGEST = 254;
/** A dot-atom (RFC 5322 section 3.2.3): no quotes, no spaces, nothing that ends a header or starts a second address. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LONGEST_LOCAL_PART = 64;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * A typed e-mail address as a mail can be sent to it. The domain is in lower case and in ASCII (RFC 5890); a local part with other
 * letters is refused, because SES does not take it (SES developer guide, SendEmail).
 * @returns nothing for what is no address of this kind
 */
export function toMailAddress(typed: string): string | undefined {
  const address = typed.trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(0, at));
  if (!LOCAL_PART.test(local) || local.length > LONGEST_LOCAL_PART) return undefined;
  const domain = toAsciiDomain(address.slice(at + 1));
  if (domain === undefined || local.length + 1 + domain.length > LONGEST) return undefined;
  return `${local}@${domain}`;
}

function toAsciiDomain(domain: string): string | undefined {
  // What a URL takes besides a host name would change its meaning.
  if (/[\s:/?#[\]@\\%]/.test(domain) || !URL.canParse(`http://${domain}`)) return undefined;
  const { hostname } = new URL(`http://${domain}`);
  return DOMAIN.test(hostname) ? hostname : undefined;
}

/** Whether two addresses are one: nobody tells mailboxes apart by capitals. */
export const sameMailAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
