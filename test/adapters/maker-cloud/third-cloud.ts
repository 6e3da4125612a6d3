import { createHmac, randomUUID } from 'node:crypto';

// A maker's cloud, written from README's "Put your own cloud behind it" alone. `handle` goes behind any server of HTTP.

interface Plug {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly dimmable: boolean;
  power: 'ON' | 'OFF';
  level: number;
  connected: boolean;
  /** Its record in the database is damaged. */
  readonly damaged?: boolean;
}

interface User {
  readonly email: string;
  readonly password: string;
  code?: string;
  locked?: boolean;
}

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ status, code }), { status, headers: { 'Content-Type': 'application/problem+json' } });

export class ThirdCloud {
  readonly users = new Map<string, User>();
  readonly plugs = new Map<string, Plug>();
  readonly sessions = new Map<string, string>();
  readonly #answered = new Map<string, object>();
  readonly #now: () => Date;
  eventsUrl: string | undefined;
  eventsKey = '';

  constructor(now: () => Date) {
    this.#now = now;
  }

  addPlug(plug: Omit<Plug, 'id' | 'connected'>): string {
    const id = randomUUID();
    this.plugs.set(id, { ...plug, id, connected: true });
    return id;
  }

  /** The device has become something else: our app, its button and this skill all come through here. */
  async changed(
    id: string,
    change: Partial<Pick<Plug, 'power' | 'level' | 'connected'>>,
    origin: string,
  ): Promise<void> {
    const plug = this.plugs.get(id);
    if (!plug) return;
    Object.assign(plug, change);
    if (!this.eventsUrl) return;
    const { owner: accountId, power, connected, dimmable, level } = plug;
    const at = this.#now().toISOString();
    const event = { accountId, deviceId: id, power, connected, at, origin, ...(dimmable && { level }) };
    const body = JSON.stringify({ events: [event] });
    const timestamp = String(Math.floor(this.#now().getTime() / 1000));
    const signature = createHmac('sha256', this.eventsKey).update(`${timestamp}.${body}`).digest('hex');
    const headers = { 'X-Timestamp': timestamp, 'X-Signature': `sha256=${signature}` };
    await fetch(this.eventsUrl, { method: 'POST', headers, body });
  }

  async handle(request: Request): Promise<Response> {
    const [, call = '', id = ''] = new URL(request.url).pathname.split('/');
    const body = await request.json().catch(() => undefined);
    if (request.method === 'POST' && call === 'sessions') return this.#signIn(body);
    const token = /^Bearer (.+)$/.exec(request.headers.get('Authorization') ?? '')?.[1] ?? '';
    const accountId = this.sessions.get(token);
    if (!accountId) return problem(401, 'session-ended');
    if (request.method === 'DELETE' && call === 'sessions') {
      this.sessions.delete(token);
      return new Response(null, { status: 204 });
    }
    if (call !== 'devices') return problem(400, 'malformed');
    if (!id) {
      const own = [...this.plugs.values()].filter(({ owner }) => owner === accountId);
      return Response.json({ devices: own.map(record) });
    }
    const plug = this.plugs.get(id);
    if (plug?.owner !== accountId) return problem(404, 'device-not-found');
    if (request.method === 'GET') return Response.json(record(plug));
    return this.#change(plug, body, request.headers.get('Idempotency-Key') ?? '');
  }

  #signIn(body: { email?: string; password?: string; code?: string } | undefined): Response {
    if (typeof body?.email !== 'string' || typeof body.password !== 'string') return problem(400, 'malformed');
    const [accountId, user] = [...this.users].find(([, { email }]) => email === body.email) ?? [];
    if (user?.locked) return problem(403, 'locked');
    if (!accountId || user?.password !== body.password) return problem(401, 'wrong-password');
    if (user.code && !body.code) return problem(401, 'code-needed');
    if (user.code && user.code !== body.code) return problem(401, 'wrong-code');
    const accessToken = randomUUID();
    this.sessions.set(accessToken, accountId);
    const expiresAt = new Date(this.#now().getTime() + 30 * 86_400_000).toISOString();
    return Response.json({ accountId, accessToken, expiresAt }, { status: 201 });
  }

  #change(plug: Plug, body: { power?: 'ON' | 'OFF'; level?: number } | undefined, key: string): Response {
    const named = `${plug.owner} ${key}`;
    const answered = this.#answered.get(named);
    if (answered) return Response.json(answered);
    const { power, level } = body ?? {};
    if (power === undefined && level === undefined) return problem(400, 'malformed');
    const isLevel = plug.dimmable && Number.isInteger(level) && Number(level) >= 1 && Number(level) <= 100;
    const isWrong = (level !== undefined && !isLevel) || !['ON', 'OFF', undefined].includes(power);
    if (isWrong) return problem(422, 'invalid-value');
    if (!plug.connected) return problem(409, 'device-offline');
    void this.changed(plug.id, { ...(power && { power }), ...(level !== undefined && { level }) }, 'our-write');
    const answer = record(plug);
    this.#answered.set(named, answer);
    return Response.json(answer);
  }
}

function record({ id, name, dimmable, power, level, connected, damaged }: Plug): object {
  const kind = dimmable ? 'light' : 'outlet';
  return {
    ...{ id, name, model: 'P1', kind, dimmable, connected },
    ...(!damaged && { power }),
    ...(dimmable && { level }),
  };
}
