/** A function or what functions share, as the latest deployment has it. */
export interface Deployed<T> {
  current(): T;
}

/** Makes what is deployed once for each deployment, when it is first used. */
export interface Deployments {
  <T>(make: () => T): Deployed<T>;
  /** A deployment: from now on everything is made again. What runs goes on as it was. */
  anew(): void;
}

export function deployments(): Deployments {
  let latest = 0;
  const deployed = <T>(make: () => T): Deployed<T> => {
    let made: { readonly of: number; readonly it: T } | undefined;
    return {
      current() {
        if (made?.of !== latest) made = { of: latest, it: make() };
        return made.it;
      },
    };
  };
  return Object.assign(deployed, {
    anew: () => {
      latest += 1;
    },
  });
}
