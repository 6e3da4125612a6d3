interface SwitchProps {
  readonly on: boolean;
  readonly label: string;
  /** What a screen reader says, where the label alone would not tell which one it is. */
  readonly name?: string;
  readonly describedBy?: string;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ on, label, name, describedBy, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={on}
      aria-label={name}
      aria-describedby={describedBy}
      onClick={() => onChange(!on)}
    >
      <span class="track" aria-hidden="true">
        <span class="thumb" />
      </span>
      <span>{label}</span>
    </button>
  );
}
