/** The form of an e-mail address in logs and notices: `mary@example.org` -> `m…y@example.org`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = '', ...rest] = [...email.slice(0, at)];
  const last = rest.length > 1 ? rest.at(-1) : '';
  return `${rest.length > 0 ? first : ''}…${last}${email.slice(at)}`;
}
