import type { Reply } from './reply.ts';

const messages: Readonly<Record<number, string>> = {
  400: 'Invalid Authorization header',
  401: 'The access token is expired or invalid',
  403: 'User is not authorized to access this skill',
  404: 'The skill is not enabled',
  409: 'The skill is enabled already',
  429: 'Too many requests',
};

/** An answer that refuses, in words of Amazon's where they are known. */
export const refused = (status: number, message = messages[status] ?? 'Internal error'): Reply => ({
  status,
  body: { message },
});
