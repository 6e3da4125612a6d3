/** The scopes of this server. */
const SCOPES: readonly string[] = ['lamps'];

/** A scope as RFC 6749 section 3.3 spells it. */
const WELL_FORMED = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/**
 * The scope that an authorization request is granted (RFC 6749 section 3.3).
 * @param asked scopes separated by spaces; absent for all that there are
 * @returns the known ones; undefined where none is left, or one is not well-formed
 */
export function grantedScope(asked: string | undefined): string | undefined {
  if (asked === undefined) return SCOPES.join(' ');
  const wanted = asked.split(' ').filter((scope) => scope !== '');
  if (!wanted.every((scope) => WELL_FORMED.test(scope))) return undefined;
  const granted = SCOPES.filter((scope) => wanted.includes(scope));
  return granted.length > 0 ? granted.join(' ') : undefined;
}
