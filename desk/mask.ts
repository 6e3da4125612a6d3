const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Tokens, codes and keys are long and without spaces; nothing else in these messages is. */
const OPAQUE = /^[\w|.\-+/=~:]{24,}$/;
const SCOPE = /^alexa::[a-z:_]+$/;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const SECRET_NAMES =
  /^(password|code|authCode|code_verifier|token|client_secret|client_id|access_token|refresh_token|nonce|authorization)$/i;
const PERSONAL_NAMES = /^(email|firstName|lastName)$/;

const MASK = '(masked)';

/** A message as the page may show it: indented JSON without tokens, passwords, codes and names of people. */
export function masked(message: unknown): string {
  if (typeof message === 'string') return message.length > 2_000 ? `${message.slice(0, 2_000)}…` : message;
  return JSON.stringify(message, (name, value: unknown) => (isSecret(name, value) ? MASK : value), 2) ?? '';
}

function isSecret(name: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (SECRET_NAMES.test(name) || PERSONAL_NAMES.test(name)) return true;
  const isPlain = [UUID, MOMENT, SCOPE].some((known) => known.test(value)) || value.includes('://');
  return OPAQUE.test(value) && !isPlain;
}
