import { connection, refusal } from './desk-state.ts';

/** Says that the page no longer gets news. */
export function Connection() {
  return (
    <div role="alert">
      {connection.value === 'lost' && (
        <p class="banner" id="connection-lost">
          <strong>The connection to the desk is lost.</strong> What you see is how things were then. Trying again…
        </p>
      )}
    </div>
  );
}

/** Says why the last click did nothing. */
export function Refusal() {
  return (
    <div role="alert" class="refusals">
      {refusal.value !== undefined && (
        <p class="refusal" id="refusal">
          <span>{refusal.value}</span>
          <button
            type="button"
            class="plain"
            onClick={() => {
              refusal.value = undefined;
            }}
          >
            Close
          </button>
        </p>
      )}
    </div>
  );
}

/** What the emulated Alexa found wrong with our messages. */
export function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <section class="problems" id="problems" aria-labelledby="problems-title">
      <h2 id="problems-title">
        {problems.length === 1
          ? 'Alexa would refuse one of our messages'
          : `Alexa would refuse ${problems.length} of our messages`}
      </h2>
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>{problem}</li>
        ))}
      </ul>
    </section>
  );
}
