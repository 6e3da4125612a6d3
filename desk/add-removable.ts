/** Adds an entry to a list. @returns what takes it out again */
export function addRemovable<T>(list: T[], one: T): () => void {
  list.push(one);
  let isRemoved = false;
  return () => {
    if (isRemoved) return;
    isRemoved = true;
    list.splice(list.indexOf(one), 1);
  };
}
