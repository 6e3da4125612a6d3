import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { Account, AccountSetup } from './contract.ts';
import { Ids } from './ids.ts';
import type { ResidenceRegistry } from './residences.ts';

/** 60 days; fixed from `created`, it does not slide. */
export const SESSION_TTL_SECONDS = 5_184_000;

export interface Permission {
  readonly id: number;
  /** Only `admin` has been seen. A Guest may switch devices (decorasmartsupport.leviton.com, 360050522414). */
  readonly access: 'admin' | 'guest';
  readonly status: 'accepted';
  readonly personId: number;
  readonly residenceId: number | null;
  readonly residentialAccountId: number | null;
}

export interface Person extends Account {
  permissions: readonly Permission[];
  readonly primaryResidenceId: number | null;
  password: string;
  twoFactorCode: string | undefined;
  failures: number;
  lockedUntil: Date | undefined;
}

export interface Session {
  /** The token. */
  readonly id: string;
  readonly person: Person;
  readonly created: Date;
  readonly rememberMe: boolean;
  /** Names the writer in push frames. */
  readonly clientId: string;
  ended: boolean;
  /** What an ended session's token is answered with; 401 unless it says otherwise. */
  endedStatus?: number;
}

export type Login =
  | { readonly session: Session }
  | { readonly refused: 'wrong-password' | 'locked' | 'code-needed' | 'wrong-code' };

export interface AccountRules {
  readonly lockAfter: number;
  readonly lockedForMs: number;
}

/** Who may sign in, and who has. */
export class Accounts {
  readonly #people = new Map<string, Person>();
  readonly #sessions = new Map<string, Session>();
  readonly #ids = { user: new Ids(402118), account: new Ids(300001), permission: new Ids(550001) };
  readonly #clock: Clock;
  readonly #residenceRegistry: ResidenceRegistry;
  readonly #rules: AccountRules;

  constructor(clock: Clock, residenceRegistry: ResidenceRegistry, rules: AccountRules) {
    this.#clock = clock;
    this.#residenceRegistry = residenceRegistry;
    this.#rules = rules;
  }

  add(setup: AccountSetup): Account {
    if (this.#people.has(setup.email)) throw new Error(`there is an account ${setup.email} already`);
    const invitedTo = (setup.invitedTo ?? []).map((id) => this.#residenceRegistry.residence(id).id);
    const userId = this.#ids.user.take();
    const residentialAccountId = this.#ids.account.take();
    const residenceIds = (setup.residences ?? [{ name: 'Home' }]).map(({ name }) =>
      this.#residenceRegistry.addResidence(name, residentialAccountId),
    );
    const permit = (to: Pick<Permission, 'residenceId' | 'residentialAccountId'>): Permission => ({
      id: this.#ids.permission.take(),
      access: 'admin',
      status: 'accepted',
      personId: userId,
      ...to,
    });
    const person: Person = {
      userId,
      email: setup.email,
      residentialAccountId,
      residenceIds,
      // Who owns no residence has no owner's row: an account that was only invited, or an empty one.
      permissions: [
        ...(residenceIds.length > 0 ? [permit({ residenceId: null, residentialAccountId })] : []),
        ...invitedTo.map((residenceId) => permit({ residenceId, residentialAccountId: null })),
      ],
      primaryResidenceId: setup.primaryResidenceId ?? residenceIds[0] ?? null,
      password: setup.password,
      twoFactorCode: setup.twoFactorCode,
      failures: 0,
      lockedUntil: undefined,
    };
    this.#people.set(person.email, person);
    return { userId, email: person.email, residentialAccountId, residenceIds };
  }

  /** A new token for each login; those given out before stay good. */
  login(email: string, password: string, code: string | undefined, rememberMe: boolean): Login {
    const person = this.#people.get(email);
    if (!person) return { refused: 'wrong-password' };
    if (this.#isLocked(person)) return { refused: 'locked' };
    if (person.password !== password) return this.#fail(person, 'wrong-password');
    if (person.twoFactorCode !== undefined) {
      if (code === undefined || code === '') return { refused: 'code-needed' };
      if (code !== person.twoFactorCode) return this.#fail(person, 'wrong-code');
    }
    person.failures = 0;
    const session: Session = {
      id: randomBytes(32).toString('hex'),
      person,
      created: this.#clock.now(),
      rememberMe,
      clientId: randomBytes(8).toString('hex'),
      ended: false,
    };
    this.#sessions.set(session.id, session);
    return { session };
  }

  /** The session of a token, good or not. */
  session(token: string): Session | undefined {
    return this.#sessions.get(token);
  }

  standing(session: Session): 'good' | 'lapsed' | 'ended' {
    if (session.ended) return 'ended';
    const ageMs = this.#clock.now().getTime() - session.created.getTime();
    return ageMs < SESSION_TTL_SECONDS * 1000 ? 'good' : 'lapsed';
  }

  changePassword(email: string, password: string): void {
    this.#person(email).password = password;
    this.revoke(email);
  }

  /** Adds a row of an invited person: with the residence, without an account (rwoldberg/ldata-ha). */
  invite(email: string, residenceId: number): void {
    const person = this.#person(email);
    const { id } = this.#residenceRegistry.residence(residenceId);
    const row = {
      id: this.#ids.permission.take(),
      access: 'guest',
      status: 'accepted',
      personId: person.userId,
    } as const;
    person.permissions = [...person.permissions, { ...row, residenceId: id, residentialAccountId: null }];
  }

  /** The owner takes an invitation back: the row vanishes, and sessions go on. */
  uninvite(email: string, residenceId: number): void {
    const person = this.#person(email);
    person.permissions = person.permissions.filter((row) => row.residenceId !== residenceId);
  }

  setTwoFactorCode(email: string, code: string | undefined): void {
    this.#person(email).twoFactorCode = code;
  }

  /** Wrong passwords, until the account is locked. @returns what unlocks it before its time */
  lock(email: string): () => void {
    const person = this.#person(email);
    while (!this.#isLocked(person)) this.#fail(person, 'wrong-password');
    return () => {
      person.lockedUntil = undefined;
    };
  }

  /** @param status what the tokens are answered with from now on */
  revoke(email?: string, status = 401): void {
    if (email !== undefined) this.#person(email);
    for (const session of this.#sessions.values()) {
      if (email === undefined || session.person.email === email)
        Object.assign(session, { ended: true, endedStatus: status });
    }
  }

  #fail(person: Person, refused: 'wrong-password' | 'wrong-code'): Login {
    person.failures++;
    if (person.failures >= this.#rules.lockAfter) {
      person.failures = 0;
      person.lockedUntil = new Date(this.#clock.now().getTime() + this.#rules.lockedForMs);
    }
    return { refused };
  }

  #isLocked(person: Person): boolean {
    return person.lockedUntil !== undefined && this.#clock.now() < person.lockedUntil;
  }

  #person(email: string): Person {
    const person = this.#people.get(email);
    if (!person) throw new Error(`there is no account ${email}`);
    return person;
  }
}

/** Whether a person may read and write what is in a residence: their own, or one they are invited to. */
export const mayEnter = (person: Person, residenceId: number): boolean =>
  person.residenceIds.includes(residenceId) || person.permissions.some((row) => row.residenceId === residenceId);
