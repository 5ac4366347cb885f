import type { Database, SqlValue } from '../../source/store/database.ts';

/** A database that notes how SQLite answers each query: the lines of EXPLAIN QUERY PLAN. */
export function explained(database: Database): {
  readonly database: Database;
  readonly plans: () => string[];
} {
  const plans: string[] = [];
  const explain = (sql: string, values: readonly SqlValue[] = []): void => {
    const steps = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
    plans.push(...steps.map(({ detail }) => detail));
  };
  return {
    plans: () => plans,
    database: {
      ...database,
      run(sql, values) {
        explain(sql, values);
        return database.run(sql, values);
      },
      get: (sql, values) => {
        explain(sql, values);
        return database.get(sql, values);
      },
      all: (sql, values) => {
        explain(sql, values);
        return database.all(sql, values);
      },
    },
  };
}
