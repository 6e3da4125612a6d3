import type { EmulatedMyLeviton } from './contract.ts';

export const commandHelp = `  press ID              the button on the device: on if it is off, off if it is on
  press ID on|off       the same, one way only
  press ID LEVEL        the dim keys, 1 to 100 percent
  unplug ID, plug ID    takes the device's power away, and gives it back
  down, up              the cloud refuses every connection, and takes them again
  revoke                ends every session, as if their tokens had been taken back
  slow MS               answers that many milliseconds later; slow 0 ends it
  quit                  stops`;

/** The session at the keyboard: what it has switched on and can switch off. */
export interface Console {
  readonly cloud: EmulatedMyLeviton;
  /** Devices that it knows, in the order of their listing. */
  readonly switchIds: readonly number[];
  readonly quit: () => void;
  comeUp?: (() => void) | undefined;
  speedUp?: (() => void) | undefined;
}

type Command = (words: readonly string[], at: Console) => string;

const commands: Readonly<Record<string, Command>> = {
  help: () => commandHelp,
  press: ([id, how = 'toggle'], at) =>
    withSwitch(id, at, (number) => {
      const press = toPress(how);
      if (press === undefined) return `A device is pressed on, off or to a level from 1 to 100, not "${how}".`;
      if (!at.cloud.device(number).online) return `${nameOf(number, at)} has no power: plug it in first.`;
      at.cloud.paddle(number, press);
      return describe(number, at);
    }),
  unplug: ([id], at) =>
    withSwitch(id, at, (number) => {
      at.cloud.unplug(number);
      return describe(number, at);
    }),
  plug: ([id], at) =>
    withSwitch(id, at, (number) => {
      at.cloud.plugIn(number);
      return describe(number, at);
    }),
  down: (_words, at) => {
    if (at.comeUp) return 'The cloud is down already.';
    at.comeUp = at.cloud.inject({ kind: 'refused' });
    at.cloud.cutSockets();
    return 'The cloud is down: every connection is refused.';
  },
  up: (_words, at) => {
    if (!at.comeUp) return 'The cloud is up already.';
    at.comeUp();
    at.comeUp = undefined;
    return 'The cloud is up again.';
  },
  revoke: (_words, at) => {
    at.cloud.revokeSessions();
    return 'Every session has ended: tokens given out so far answer 401.';
  },
  slow: ([text = ''], at) => {
    const ms = toNumber(text);
    if (ms === undefined || ms > 600_000) return `slow takes milliseconds from 0 to 600000, not "${text}".`;
    at.speedUp?.();
    at.speedUp = ms > 0 ? at.cloud.inject({ kind: 'latency', ms }) : undefined;
    return ms > 0 ? `Every answer now takes ${ms} ms longer.` : 'Answers come at once again.';
  },
  quit: (_words, at) => {
    at.quit();
    return 'Stopping.';
  },
};

/** Does what a line says. @returns what there is to say about it, in plain words; nothing to an empty line */
export function runCommand(line: string, at: Console): string {
  const [name = '', ...words] = line.trim().split(/\s+/);
  if (name === '') return '';
  const command = Object.hasOwn(commands, name.toLowerCase()) ? commands[name.toLowerCase()] : undefined;
  return command ? command(words, at) : `There is no command "${name}". "help" lists them.`;
}

/** A device in one line. */
export function describe(id: number, at: Pick<Console, 'cloud'>): string {
  const { power, brightness, online } = at.cloud.device(id);
  const name = nameOf(id, at);
  if (!online) return `${name} is unplugged.`;
  if (power === 'OFF') return `${name} is off.`;
  return at.cloud.record(id).canSetLevel ? `${name} is on at ${brightness} %.` : `${name} is on.`;
}

const nameOf = (id: number, at: Pick<Console, 'cloud'>) => at.cloud.record(id).name;

function withSwitch(id: string | undefined, at: Console, act: (id: number) => string): string {
  const ids = at.switchIds.join(' and ');
  if (id === undefined) return `Which device? There are ${ids}.`;
  const number = toNumber(id);
  if (number === undefined || !at.switchIds.includes(number)) return `There is no device ${id}, only ${ids}.`;
  return act(number);
}

function toPress(how: string): 'toggle' | 'on' | 'off' | number | undefined {
  if (how === 'toggle' || how === 'on' || how === 'off') return how;
  const level = toNumber(how.replace(/%$/, ''));
  return level !== undefined && level >= 1 && level <= 100 ? level : undefined;
}

/** @returns a whole number, 0 or above */
export const toNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
