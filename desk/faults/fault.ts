import type { DeskCloud } from '../desk-cloud.ts';
import type { LocalSystem } from '../local-system.ts';
import type { FaultState } from '../page/protocol.ts';

/** A failure that can be switched on from the page, and what one should see then. */
export interface DeskFault extends Omit<FaultState, 'on'> {
  /** Switches it on. @returns what switches it off */
  readonly inject: (system: LocalSystem, at: FaultPlace) => (() => void) | Promise<() => void>;
  /** Whether it has ended by itself: asked after each message. */
  readonly hasEnded?: (system: LocalSystem) => boolean;
  /** Whether it makes sense with the real device cloud. */
  readonly real?: true;
  /** The one emulated device cloud with which it makes sense. */
  readonly only?: DeskCloud['kind'];
  /** Whose sign-in server must have made the links for it to make sense: the skill's own, or the maker's. */
  readonly linkedBy?: 'skill' | 'maker';
}

/** Where the faults are: at the first account. */
export interface FaultPlace {
  /** Its mail address at the emulated device cloud. */
  readonly email: string;
  /** The ids of its plugs there. */
  readonly plugs: readonly string[];
  /** Its id here. */
  readonly accountId?: string | undefined;
}

/** For what a person at the lamp sees, and nobody else: the doctor and the page ask whether it is on. */
export const changesNothing: DeskFault['inject'] = () => () => undefined;
