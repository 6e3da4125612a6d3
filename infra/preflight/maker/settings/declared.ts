import * as v from 'valibot';
import type { Observation } from '../observation.ts';
import { SettingsUnreadable } from './admin-api.ts';
import { B2cSettings, judgeB2c } from './b2c.ts';
import { HydraSettings, judgeHydra } from './hydra.ts';
import { judgeOidcProvider, OidcProviderSettings } from './oidc-provider.ts';

/** Servers that no API shows the settings of; somebody writes them to a file. */
export const DECLARED_KINDS = ['hydra', 'b2c', 'oidc-provider'] as const;
export type DeclaredKind = (typeof DECLARED_KINDS)[number];

export const isDeclared = (kind: string): kind is DeclaredKind => DECLARED_KINDS.some((one) => one === kind);

/**
 * @param settings JSON; what is absent counts as the server's default
 * @throws SettingsUnreadable that names the field
 */
export function observeDeclared(
  kind: DeclaredKind,
  settings: unknown,
  scopes: readonly string[],
): readonly Observation[] {
  const read = <T extends v.GenericSchema>(schema: T): v.InferOutput<T> => {
    const parsed = v.safeParse(schema, settings);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    throw new SettingsUnreadable(
      `the settings of ${kind} are not valid at ${(issue && v.getDotPath(issue)) ?? 'the top'}`,
    );
  };
  if (kind === 'hydra') return judgeHydra(read(HydraSettings), scopes);
  if (kind === 'b2c') return judgeB2c(read(B2cSettings), scopes);
  return judgeOidcProvider(read(OidcProviderSettings));
}
