import * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import type { AdminApi } from './admin-api.ts';
import { HydraClient, type HydraFile, hydraCommands, judgeHydra } from './hydra.ts';
import { observed } from './observed.ts';

// Ory Hydra: reads the client. The rules are in `hydra.ts`.

export interface HydraAdmin {
  /** Of the admin API: `http://127.0.0.1:4445`; at Ory Network the address of the project. */
  readonly adminUrl: string;
  /** Ory Network wants an API key; Hydra's own admin port takes none. */
  readonly token?: string;
}

/**
 * @param file of what its own API does not show; absent: unknown
 * @see https://www.ory.com/docs/hydra/reference/api
 */
export async function observeHydra(
  server: MakerServer,
  api: AdminApi,
  { adminUrl, token }: HydraAdmin,
  file: HydraFile | undefined,
  clock: Clock,
): Promise<readonly Observation[]> {
  const questions = ['access-life', 'refresh-issued', 'idle', 'repeat', 'access-kept', 'secrets'] as const;
  return await observed(questions, async () => {
    const url = `${adminUrl.replace(/\/$/, '')}/admin/clients/${encodeURIComponent(server.clientId)}`;
    const { body } = await api.read(
      {
        url,
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
        what: 'the client',
        permission: 'access to the admin API (an API key of the project at Ory Network)',
      },
      v.looseObject({ ...HydraClient.entries, client_id: v.string() }),
    );
    const commands = hydraCommands(url, token === undefined ? '' : ' -H "Authorization: Bearer $ORY_API_KEY"');
    return judgeHydra({ ...(file && { file }), client: body, commands }, server.scopes, clock.now());
  });
}
