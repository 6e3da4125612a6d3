import { useId } from 'preact/hooks';
import type { LampState } from './protocol.ts';

/** Even the lowest level is light in a dark room. */
const LOWEST_LIGHT = 0.12;

/** The light between 0 and 1, as an eye that is used to the dark sees it. */
function lightOf({ plug, dimmable, dark }: LampState): number {
  if (!plug.online || plug.power === 'OFF' || dark) return 0;
  return LOWEST_LIGHT + (1 - LOWEST_LIGHT) * ((dimmable ? plug.level : 100) / 100);
}

/** A bedroom at night. All that the lamp lights fades with `--light`, which the style sheet moves smoothly. */
export function Room({ lamp, label }: { lamp: LampState; label: string }) {
  const id = useId();
  const use = (name: string) => `url(#${id}${name})`;
  return (
    <svg class="room" viewBox="0 0 400 340" role="img" aria-label={label} style={{ '--light': String(lightOf(lamp)) }}>
      <Light id={id} />

      <rect width="400" height="306" fill={use('wall')} />
      <rect y="306" width="400" height="34" class="floor" />
      <rect y="298" width="400" height="9" class="skirting" />

      <g clip-path={use('pane')}>
        <rect x="38" y="26" width="88" height="98" fill={use('night')} />
        <circle cx="100" cy="52" r="12" fill="#f4ecd2" />
        <circle cx="105" cy="48" r="11" fill="#1c2547" />
        <g fill="#fff" opacity=".8">
          <circle cx="56" cy="44" r="1.1" />
          <circle cx="70" cy="68" r=".9" />
          <circle cx="62" cy="92" r="1.2" />
          <circle cx="112" cy="88" r="1" />
          <circle cx="90" cy="80" r=".8" />
        </g>
        <path d="M38 124 V108 Q58 96 78 106 T126 100 V124Z" fill="#12192f" />
      </g>
      <path class="frame" d="M38 26h88v98H38Z M82 26v98 M38 75h88" />
      <rect x="30" y="124" width="104" height="7" rx="2" class="sill" />

      <rect class="by-light-room" width="400" height="340" fill="#ffc98a" />
      <g class="by-light">
        <ellipse cx="252" cy="130" rx="230" ry="200" fill={use('halo')} opacity=".75" />
        <g filter={use('soft')}>
          <path d="M228 92 L164 -20 H340 L276 92Z" fill={use('cone-up')} />
          <path d="M206 160 L132 318 H372 L298 160Z" fill={use('cone-down')} />
        </g>
        <ellipse cx="252" cy="322" rx="150" ry="16" fill={use('halo')} opacity=".8" />
      </g>

      <path class="cord" data-shown={lamp.plug.online} d="M84 288 C84 334 132 332 178 326 S226 300 236 250" />
      <path class="cord" data-shown={!lamp.plug.online} d="M120 322 C134 340 158 334 182 328 S226 300 236 250" />

      <path class="bed" d="M346 306 V196 Q346 178 364 178 H404 V306Z" />
      <path class="blanket" d="M336 312 V270 Q338 254 356 254 H404 V312Z" />
      <rect class="pillow" x="352" y="224" width="70" height="34" rx="15" />
      <rect class="by-light" x="330" y="176" width="70" height="136" fill={use('beside')} clip-path={use('bedside')} />

      <g class="table">
        <path class="table-leg" d="M196 316h8l2 14h-6zM308 316h-8l-2 14h6z" />
        <rect class="table-body" x="192" y="230" width="120" height="88" rx="5" />
        <rect class="table-drawer" x="200" y="242" width="104" height="32" rx="3" />
        <rect class="table-drawer" x="200" y="279" width="104" height="32" rx="3" />
        <circle class="knob" cx="252" cy="258" r="3.4" />
        <circle class="knob" cx="252" cy="295" r="3.4" />
        <rect class="table-top" x="184" y="224" width="136" height="9" rx="3" />
        <ellipse class="by-light" cx="252" cy="226" rx="66" ry="7" fill={use('halo')} />
        <path class="table-lit by-light" d="M184 226 q0 -2 3 -2 H317 q3 0 3 2Z" />
      </g>

      <path d="M238 226 h28 q4 0 4 -4 h-36 q0 4 4 4Z" fill="#2a3a42" />
      <path
        d="M244 222 C226 214 224 190 240 178 C246 173 247 168 247 162 H257 C257 168 258 173 264 178 C280 190 278 214 260 222Z"
        fill={use('base')}
      />
      <path
        class="by-light"
        d="M244 222 C226 214 224 190 240 178 C246 173 247 168 247 162 H257 C257 168 258 173 264 178 C280 190 278 214 260 222Z"
        fill={use('under')}
      />
      <g>
        <path d="M222 88 H282 L302 158 Q252 166 202 158Z" fill={use('shade-off')} />
        <path class="by-light-warm" d="M222 88 H282 L302 158 Q252 166 202 158Z" fill={use('shade-warm')} />
        <path class="by-light-bright" d="M222 88 H282 L302 158 Q252 166 202 158Z" fill={use('shade-bright')} />
        <path d="M222 88 H282 M202 158 Q252 166 302 158" class="trim" />
      </g>
      <ellipse class="by-light" cx="252" cy="126" rx="96" ry="84" fill={use('halo')} opacity=".45" />

      <g class="outlet">
        <rect x="54" y="176" width="60" height="92" rx="8" />
        <path d="M76 198v12 M92 198v12 M84 220v3 M76 238v12 M92 238v12" />
      </g>
    </svg>
  );
}

/** The gradients and outlines that the room is painted with. */
function Light({ id }: { id: string }) {
  return (
    <defs>
      <linearGradient id={`${id}wall`} x2="0" y2="1">
        <stop offset="0" class="wall-top" />
        <stop offset="1" class="wall-low" />
      </linearGradient>
      <linearGradient id={`${id}night`} x2="0" y2="1">
        <stop offset="0" stop-color="#141d3a" />
        <stop offset="1" stop-color="#3a3f6b" />
      </linearGradient>
      <radialGradient id={`${id}halo`}>
        <stop offset="0" stop-color="#ffdc9c" stop-opacity=".95" />
        <stop offset=".35" stop-color="#ffb861" stop-opacity=".5" />
        <stop offset=".7" stop-color="#f08a3c" stop-opacity=".16" />
        <stop offset="1" stop-color="#f08a3c" stop-opacity="0" />
      </radialGradient>
      <linearGradient id={`${id}cone-up`} x2="0" y2="1">
        <stop offset="0" stop-color="#ffd592" stop-opacity="0" />
        <stop offset="1" stop-color="#ffe1ae" stop-opacity=".62" />
      </linearGradient>
      <linearGradient id={`${id}cone-down`} x2="0" y2="1">
        <stop offset="0" stop-color="#ffe1ae" stop-opacity=".6" />
        <stop offset="1" stop-color="#ffc878" stop-opacity="0" />
      </linearGradient>
      <linearGradient id={`${id}shade-off`} x2="0" y2="1">
        <stop offset="0" stop-color="#85746a" />
        <stop offset="1" stop-color="#665850" />
      </linearGradient>
      <linearGradient id={`${id}shade-warm`} x2="0" y2="1">
        <stop offset="0" stop-color="#f7a957" />
        <stop offset="1" stop-color="#ee8a3a" />
      </linearGradient>
      <radialGradient id={`${id}shade-bright`} cy=".72" r=".75">
        <stop offset="0" stop-color="#fffbe9" />
        <stop offset=".55" stop-color="#ffe6b0" />
        <stop offset="1" stop-color="#ffcd80" />
      </radialGradient>
      <linearGradient id={`${id}beside`} x2="1" y2="0">
        <stop offset="0" stop-color="#ffb75e" stop-opacity=".3" />
        <stop offset="1" stop-color="#ffb75e" stop-opacity="0" />
      </linearGradient>
      <linearGradient id={`${id}under`} x2="0" y2="1">
        <stop offset="0" stop-color="#ffd9a0" stop-opacity=".85" />
        <stop offset=".75" stop-color="#ffcf8a" stop-opacity="0" />
      </linearGradient>
      <linearGradient id={`${id}base`} x2="1" y2="0">
        <stop offset="0" stop-color="#39505a" />
        <stop offset=".45" stop-color="#5f7d87" />
        <stop offset="1" stop-color="#2c3f48" />
      </linearGradient>
      <filter id={`${id}soft`} x="-30%" y="-30%" width="160%" height="160%">
        <feGaussianBlur stdDeviation="9" />
      </filter>
      <clipPath id={`${id}bedside`}>
        <path d="M346 306 V196 Q346 178 364 178 H404 V312 H336 V270 Q338 257 346 255Z" />
      </clipPath>
      <clipPath id={`${id}pane`}>
        <rect x="38" y="26" width="88" height="98" rx="3" />
      </clipPath>
    </defs>
  );
}
