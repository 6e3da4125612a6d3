import * as v from 'valibot';
import type { Observation } from '../observation.ts';
import { SettingsUnreadable } from './admin-api.ts';
import { B2cSettings, judgeB2c } from './b2c.ts';
import { HydraFile, HydraSettings, judgeHydra } from './hydra.ts';
import { judgeOidcProvider, OidcProviderSettings } from './oidc-provider.ts';

/** Servers that no API shows all settings of; somebody writes them to a file. */
export type DeclaredKind = 'hydra' | 'b2c' | 'oidc-provider';

/** @throws SettingsUnreadable that names the field */
function read<T extends v.GenericSchema>(kind: DeclaredKind, schema: T, settings: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, settings);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new SettingsUnreadable(
    `the settings of ${kind} are not valid at ${(issue && v.getDotPath(issue)) ?? 'the top'}`,
  );
}

/** Hydra's configuration file alone, where its client is read by the admin API. @throws SettingsUnreadable that names the field */
export const readHydraFile = (settings: unknown): HydraFile => read('hydra', HydraFile, settings);

/**
 * @param settings JSON; what is absent counts as the server's default
 * @throws SettingsUnreadable that names the field
 */
export function observeDeclared(
  kind: DeclaredKind,
  settings: unknown,
  scopes: readonly string[],
  now: Date,
): readonly Observation[] {
  if (kind === 'hydra') {
    const { client, ...file } = read(kind, HydraSettings, settings);
    return judgeHydra({ file, client }, scopes, now);
  }
  if (kind === 'b2c') return judgeB2c(read(kind, B2cSettings, settings), scopes);
  return judgeOidcProvider(read(kind, OidcProviderSettings, settings), now);
}
