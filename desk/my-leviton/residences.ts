import type { ActivityAction } from './contract.ts';
import { Ids } from './ids.ts';

export interface Residence {
  readonly id: number;
  readonly name: string;
  readonly residentialAccountId: number;
}

export interface Room {
  readonly id: number;
  readonly name: string;
  readonly residenceId: number;
}

export interface Activity {
  readonly id: number;
  readonly name: string;
  readonly residenceId: number;
  readonly actions: readonly ActivityAction[];
}

/** Residences with their rooms and activities. */
export class ResidenceRegistry {
  readonly residences = new Map<number, Residence>();
  readonly rooms = new Map<number, Room>();
  readonly activities = new Map<number, Activity>();
  readonly #ids = { residence: new Ids(186779), room: new Ids(240001), activity: new Ids(310001) };

  addResidence(name: string, residentialAccountId: number): number {
    const id = this.#ids.residence.take();
    this.residences.set(id, { id, name, residentialAccountId });
    return id;
  }

  addRoom(residenceId: number, name: string): number {
    const id = this.#ids.room.take();
    this.rooms.set(id, { id, name, residenceId: this.residence(residenceId).id });
    return id;
  }

  addActivity(residenceId: number, name: string, actions: readonly ActivityAction[]): number {
    const id = this.#ids.activity.take();
    this.activities.set(id, { id, name, residenceId: this.residence(residenceId).id, actions });
    return id;
  }

  residence(id: number): Residence {
    const residence = this.residences.get(id);
    if (!residence) throw new Error(`there is no residence ${id}`);
    return residence;
  }
}
