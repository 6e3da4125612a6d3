import type { Power } from '../lambda/ports/device-cloud.ts';
import type { Lamps } from './lamps.ts';
import type { LocalSystem } from './local-system.ts';

interface Pressed {
  readonly at: Date;
  readonly lamp: string;
  readonly power: Power;
  readonly level: number;
}

/** The lamps of the desk, with what is behind them, and what was done to them. */
export interface Room {
  readonly system: LocalSystem;
  readonly lamps: Lamps;
  /** Faults that are on, each with what switches it off. */
  readonly active: Map<string, () => void>;
  /** The last press of a plug's button, and how it left the lamp. */
  readonly hand: { last?: Pressed };
}
