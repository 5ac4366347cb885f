/** The cached tables: read with every message, rarely written, and small. */
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

/** A cached table. */
type RememberedTable = (typeof tables)[number];

/**
 * A cache of rows by table and key: the same key gives the same value until a statement writes to its table or a rollback happens. It is
 * correct as long as one connection alone writes to the database, which the lock ensures. Do not change values.
 */
export type Remembered = {
  /** The cached value of this key, or else the result of `read`. */
  readonly of: <Value>(table: RememberedTable, key: string | number, read: () => Value) => Value;
  /** The cached row of this key, if it is still valid. */
  readonly row: (table: RememberedTable, key: string | number) => object | undefined;
  /** Call it before a statement runs, and when one has failed (''): forgets everything that it may change. */
  readonly forget: (sql: string) => void;
};

/** The most cached values of one table: a home with more contacts reads some of them again. */
const mostValues = 2000;

/** Makes an empty cache. */
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

/** The tables that a statement may change. A deleted row takes rows of other tables with it. */
function changedBy(sql: string): readonly RememberedTable[] {
  if (/^\s*(?:SELECT|BEGIN|COMMIT|SAVEPOINT|RELEASE)\b/iu.test(sql)) return [];
  const named = tables.filter((table) => new RegExp(`\\b${table}\\b`, 'u').test(sql));
  const isWider = !/^\s*(?:INSERT|UPDATE)\b/iu.test(sql) && (named.length > 0 || !/^\s*DELETE\b/iu.test(sql));
  return isWider ? tables : named;
}
