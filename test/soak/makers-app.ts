import type { Account } from './accounts.ts';

/** The maker's own app on a phone: it signs in for itself, stays signed in, and gives up as people do. */
export interface MakersApp {
  /** @returns whether the device cloud took it */
  write(id: number, fields: Readonly<Record<string, unknown>>): Promise<boolean>;
}

const TIMEOUT_MS = 2_000;

/** @param onSession called with each session that it gets */
export function openMakersApp(
  url: string,
  { email, password }: Pick<Account, 'email' | 'password'>,
  onSession: (id: string) => void,
): MakersApp {
  let session: string | undefined;
  const send = async (method: string, path: string, body: object): Promise<Response> =>
    await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(session && { Authorization: session }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  const attempt = async (id: number, fields: object): Promise<boolean> => {
    if (session === undefined) {
      const response = await send('POST', '/Person/login', { email, password });
      if (!response.ok) return false;
      const { id: fresh } = (await response.json()) as { id: string };
      onSession(fresh);
      session = fresh;
    }
    const { ok, status } = await send('PUT', `/IotSwitches/${id}`, fields);
    if (status === 401) session = undefined;
    return ok;
  };
  return {
    write: (id, fields) => attempt(id, fields).catch(() => false),
  };
}
