/** Changes that may assign a slot to a different contact. */
const changes = [
  'INSERT ON main.contacts',
  'DELETE ON main.contacts',
  'UPDATE OF my_slot, state, request ON main.contacts',
  'INSERT ON main.old_slots',
  'DELETE ON main.old_slots',
  'UPDATE ON main.old_slots',
  'INSERT ON main.invites',
  'DELETE ON main.invites',
  'UPDATE ON main.invites',
];

/**
 * Statements that let this connection know when slots change, no matter which code changes them. The version is random, not a count:
 * after a rollback a count would repeat for a different state.
 */
export const watchSlots = [
  'CREATE TEMP TABLE slot_version (version INTEGER NOT NULL)',
  'INSERT INTO temp.slot_version VALUES (random())',
  ...changes.map(
    (change, n) =>
      `CREATE TEMP TRIGGER slots_${n} AFTER ${change} BEGIN UPDATE slot_version SET version = random(); END`,
  ),
].join(';\n');
