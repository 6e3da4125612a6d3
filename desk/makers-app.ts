import type { Credentials } from '../lambda/ports/device-cloud.ts';

/**
 * Writes as the maker's own app does: with a session of its own, which no function of ours knows.
 * @param url REST address of the device cloud
 * @throws an Error with one sentence when the device cloud does not take it
 */
export async function writeAsApp(
  url: string,
  { email, password, code }: Credentials & { readonly code?: string | undefined },
  id: number,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const send = async (method: 'POST' | 'PUT', path: string, body: object, token?: string) => {
    const response = await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: token }) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`The maker's app is answered ${response.status} by the device cloud.`);
    return (await response.json()) as { id: string };
  };
  const session = await send('POST', '/Person/login', { email, password, ...(code && { code }) });
  await send('PUT', `/IotSwitches/${id}`, fields, session.id);
}
