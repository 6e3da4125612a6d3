import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { AccountSetup, MakerAccount, TrustedServer } from './contract.ts';

const SESSION_MS = 60 * 24 * 3_600_000;
const LOCKED_MS = 3_600_000;

interface Person extends MakerAccount {
  password: string;
  code: string | undefined;
  failures: number;
  lockedUntilMs: number;
}

export interface MakerSession {
  readonly accountId: string;
  readonly accessToken: string;
  readonly expiresAt: Date;
}

export type SignInResult =
  | MakerSession
  | { readonly refused: 'wrong-password' | 'code-needed' | 'wrong-code' | 'locked' };

/** Who may sign in, and who has. */
export class MakerAccounts {
  readonly #people = new Map<string, Person>();
  readonly #sessions = new Map<string, MakerSession>();
  readonly #owners = new Map<string, string>();
  /** Tokens that were ended here, although the server that issued them knows nothing of it. */
  readonly #ended = new Set<string>();
  #trusted: TrustedServer | undefined;
  readonly #clock: Clock;
  readonly #lockAfter: number;

  constructor(clock: Clock, lockAfter: number) {
    this.#clock = clock;
    this.#lockAfter = lockAfter;
  }

  add({ email, password }: AccountSetup): MakerAccount {
    const accountId = `acct_${7001 + this.#people.size}`;
    this.#people.set(email, { accountId, email, password, code: undefined, failures: 0, lockedUntilMs: 0 });
    return { accountId, email };
  }

  signIn(email: string, password: string, code: string | undefined): SignInResult {
    const person = this.#people.get(email);
    const now = this.#clock.now().getTime();
    if (!person) return { refused: 'wrong-password' };
    if (now < person.lockedUntilMs) return { refused: 'locked' };
    if (person.password !== password) return this.#fail(person, 'wrong-password');
    if (person.code !== undefined && code === undefined) return { refused: 'code-needed' };
    if (person.code !== undefined && code !== person.code) return this.#fail(person, 'wrong-code');
    person.failures = 0;
    const { accountId } = person;
    const session = { accountId, accessToken: randomBytes(32).toString('hex'), expiresAt: new Date(now + SESSION_MS) };
    this.#sessions.set(session.accessToken, session);
    this.#owners.set(session.accessToken, accountId);
    return session;
  }

  /** A session by a token that was issued elsewhere. */
  take(accountId: string, accessToken: string): void {
    const expiresAt = new Date(this.#clock.now().getTime() + SESSION_MS);
    this.#sessions.set(accessToken, { accountId, accessToken, expiresAt });
    this.#owners.set(accessToken, accountId);
  }

  trust(server: TrustedServer): void {
    this.#trusted = server;
  }

  check(email: string, password: string): string | undefined {
    const person = this.#people.get(email);
    return person?.password === password ? person.accountId : undefined;
  }

  /**
   * The session of a token, unless it has ended.
   * @param onBehalfOf the account that a service client's token is to read
   */
  async session(accessToken: string, onBehalfOf: string | undefined): Promise<MakerSession | undefined> {
    const session = this.#sessions.get(accessToken);
    if (session && session.expiresAt > this.#clock.now()) return session;
    if (this.#ended.has(accessToken)) return undefined;
    const accountId =
      onBehalfOf === undefined
        ? await this.#trusted?.accountOf(accessToken)
        : (await this.#trusted?.serviceOf(accessToken)) && onBehalfOf;
    if (accountId === undefined || accountId === '') return undefined;
    this.#owners.set(accessToken, accountId);
    return { accountId, accessToken, expiresAt: this.#clock.now() };
  }

  has(accountId: string): boolean {
    return [...this.#people.values()].some((person) => person.accountId === accountId);
  }

  /** Whose token it is or was. */
  owner(accessToken: string): string | undefined {
    return this.#owners.get(accessToken);
  }

  end(accessToken: string): void {
    this.#sessions.delete(accessToken);
  }

  changePassword(email: string, password: string): void {
    this.#person(email).password = password;
    this.revoke(email);
  }

  setTwoFactorCode(email: string, code: string | undefined): void {
    this.#person(email).code = code;
  }

  lock(email: string): void {
    this.#person(email).lockedUntilMs = this.#clock.now().getTime() + LOCKED_MS;
  }

  revoke(email?: string): void {
    const accountId = email === undefined ? undefined : this.#person(email).accountId;
    for (const [token, owner] of this.#owners)
      if (accountId === undefined || owner === accountId) this.#ended.add(token);
    for (const session of this.#sessions.values()) {
      if (accountId === undefined || session.accountId === accountId) this.end(session.accessToken);
    }
  }

  #fail(person: Person, refused: 'wrong-password' | 'wrong-code'): SignInResult {
    person.failures++;
    if (person.failures >= this.#lockAfter) {
      person.failures = 0;
      this.lock(person.email);
    }
    return { refused };
  }

  #person(email: string): Person {
    const person = this.#people.get(email);
    if (!person) throw new Error(`there is no account ${email}`);
    return person;
  }
}
