/** A person who can log in to the local cloud. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly tenants: readonly string[];
  readonly roles: readonly string[];
}

/**
 * All people who can log in. They belong to three tenants, and one person belongs to two of them.
 */
export const PEOPLE: readonly Person[] = [
  { id: 'ada', name: 'Ada Lovelace', tenants: ['acme'], roles: [] },
  { id: 'grace', name: 'Grace Hopper', tenants: ['globex'], roles: ['files:read-all'] },
  { id: 'linus', name: 'Linus Pauling', tenants: ['initech'], roles: [] },
  { id: 'margaret', name: 'Margaret Hamilton', tenants: ['acme', 'globex'], roles: [] },
];

/** The tenants of the local cloud, each once. */
export const TENANTS: readonly string[] = [
  ...new Set(PEOPLE.flatMap((person) => person.tenants)),
].sort();

/** Returns the person with this id, if there is one. */
export function findPerson(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id);
}
