/** The tables whose rows are remembered: read with every message, written seldom, and small. */
const tables = [
  'contacts',
  'contact_keys',
  'identities',
  'seal_keys',
  'settings',
  'invites',
  'boxes',
  'vouchers',
] as const;

/** A table whose rows are remembered. */
export type RememberedTable = (typeof tables)[number];

/**
 * What was read, by table and key: the same key gives the same value until a statement writes to its table or something is rolled back.
 * True as long as one connection alone writes to the database, which its lock sees to. Values must not be changed.
 */
export type Remembered = {
  /** What was read under this key, or what `read` gives now. */
  readonly of: <Value>(table: RememberedTable, key: string | number, read: () => Value) => Value;
  /** A row that was read under this key, if it is still true. */
  readonly row: (table: RememberedTable, key: string | number) => object | undefined;
  /** To be called before a statement runs, and when one has failed (''): forgets what it may change. */
  readonly forget: (sql: string) => void;
};

/** Values of one table that are kept: a home with more contacts than that reads some of them again. */
const mostValues = 2000;

/** Begins with nothing. */
export function createRemembered(): Remembered {
  const known = new Map<RememberedTable, Map<string | number, unknown>>(
    tables.map((table) => [table, new Map()]),
  );
  const changes = new Map<string, readonly RememberedTable[]>();
  const valuesOf = (table: RememberedTable): Map<string | number, unknown> =>
    known.get(table) ?? new Map<string | number, unknown>();
  return {
    of<Value>(table: RememberedTable, key: string | number, read: () => Value) {
      const values = valuesOf(table);
      if (values.has(key)) return values.get(key) as Value;
      const value = read();
      if (values.size >= mostValues) values.clear();
      values.set(key, value);
      return value;
    },
    row: (table, key) => valuesOf(table).get(key) as object | undefined,
    forget(sql) {
      let changed = changes.get(sql);
      if (!changed) changes.set(sql, (changed = changedBy(sql)));
      for (const table of changed) valuesOf(table).clear();
    },
  };
}

/** The tables that a statement may change. What is deleted takes rows of other tables with it. */
function changedBy(sql: string): readonly RememberedTable[] {
  if (/^\s*(?:SELECT|BEGIN|COMMIT|SAVEPOINT|RELEASE)\b/iu.test(sql)) return [];
  const named = tables.filter((table) => new RegExp(`\\b${table}\\b`, 'u').test(sql));
  const isWider = !/^\s*(?:INSERT|UPDATE)\b/iu.test(sql) && (named.length > 0 || !/^\s*DELETE\b/iu.test(sql));
  return isWider ? tables : named;
}
