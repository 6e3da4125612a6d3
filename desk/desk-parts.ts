import type { ControlContext } from './controls.ts';
import type { DeskDoctor } from './doctor.ts';
import type { NoticeShown, Turn } from './page/protocol.ts';
import type { Place } from './places.ts';
import type { Room } from './room.ts';
import type { TimeMachine } from './time-travel.ts';

/** The fault that is no fault of a server: the plug is out of its outlet. */
export const UNPLUGGED = 'plug-unplugged';

/** What the parts of a desk share. */
export interface DeskParts extends Room {
  readonly real: boolean;
  readonly places: Place[];
  readonly turns: Turn[];
  readonly notices: NoticeShown[];
  readonly owner: ControlContext['owner'];
  /** The id of the first account here; nothing with the real device cloud. */
  readonly firstId: string | undefined;
  readonly time: TimeMachine;
  readonly changed: () => void;
  readonly refresh: () => Promise<void>;
  /** Does something with a directive in it. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
  readonly quiet: () => Promise<void>;
  readonly doctor: DeskDoctor;
}
