import type { Power } from '../lambda/ports/device-cloud.ts';
import type { ControlContext } from './controls.ts';
import type { DeskDoctor } from './doctor.ts';
import type { Lamps } from './lamps.ts';
import type { LocalSystem } from './local-system.ts';
import type { NoticeShown, Turn } from './page/protocol.ts';
import type { Place } from './places.ts';
import type { TimeMachine } from './time-travel.ts';

/** The fault that is no fault of a server: the plug is out of its outlet. */
export const UNPLUGGED = 'plug-unplugged';

export interface Pressed {
  readonly at: Date;
  readonly lamp: string;
  readonly power: Power;
  readonly level: number;
}

/** What the parts of a desk share. */
export interface DeskParts {
  readonly system: LocalSystem;
  readonly real: boolean;
  readonly places: Place[];
  readonly lamps: Lamps;
  readonly turns: Turn[];
  readonly notices: NoticeShown[];
  /** Faults that are on, each with what switches it off. */
  readonly active: Map<string, () => void>;
  /** The last press of a plug's button, and how it left the lamp. */
  readonly hand: { last?: Pressed };
  readonly owner: ControlContext['owner'];
  readonly time: TimeMachine;
  readonly changed: () => void;
  readonly refresh: () => Promise<void>;
  /** Does something with a directive in it. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
  readonly quiet: () => Promise<void>;
  readonly doctor: DeskDoctor;
}
