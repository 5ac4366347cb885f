import Sqlcipher from '@signalapp/sqlcipher';
import { limits } from '../core/limits.ts';
import { migrations } from './migrations.ts';

/** The required schema of one table of a backup, and queries that find a row in it that no home can have. PROTOCOL.md §12. */
type TableShape = { readonly name: string; readonly sql: string; readonly faults: readonly string[] };

type Column = { name: string; type: string; notnull: number; pk: number };
type Index = { name: string; unique: number; origin: string; partial: number };
type Reference = { table: string; from: string; to: string | null };

/** The shape of each of these tables in a backup of schema `version`, without tables that were added later. */
export function shapesOf(version: number, tables: readonly string[]): readonly TableShape[] {
  const model = new Sqlcipher(':memory:');
  try {
    for (const migration of migrations.slice(0, version)) model.exec(migration);
    model.exec("ATTACH ':memory:' AS copy");
    const there = new Set(names(model, 'main'));
    for (const table of tables.filter((name) => there.has(name)))
      model.exec(`CREATE TABLE copy.${table} AS SELECT * FROM main.${table}`);
    model.exec('CREATE TABLE copy.numbers AS SELECT * FROM main.sqlite_sequence');
    return model
      .prepare('SELECT name, sql FROM copy.sqlite_schema')
      .all<{ name: string; sql: string }>()
      .map(({ name, sql }) => ({
        name,
        sql,
        faults: name === 'numbers' ? numberFaults : faultsOf(model, name),
      }));
  } finally {
    model.close();
  }
}

function names(model: Sqlcipher, schema: string): readonly string[] {
  const sql = `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table'`;
  return model
    .prepare(sql)
    .all<{ name: string }>()
    .map(({ name }) => name);
}

const numberFaults = [
  `SELECT 1 FROM numbers WHERE NOT (typeof(name) = 'text' AND typeof(seq) = 'integer' AND seq BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER})`,
  'SELECT 1 FROM numbers GROUP BY name HAVING count(*) > 1',
];

/** Queries that stand in for the schema's own types, keys and references, as a backup has none of them. */
function faultsOf(model: Sqlcipher, table: string): readonly string[] {
  const pragma = <Row extends Record<string, string | number | null>>(name: string, of: string): Row[] =>
    model.prepare(`SELECT * FROM pragma_${name}(?)`).all<Row>([of]);
  const columns = pragma<Column>('table_xinfo', table);
  const indexes = pragma<Index>('index_list', table).filter(({ unique }) => unique === 1);
  const primary = columns.filter(({ pk }) => pk > 0).map(({ name }) => name);
  const keys = indexes.map(({ name, partial }) => ({
    over: pragma<{ name: string }>('index_info', name).map((column) => column.name),
    where: partial === 1 ? whereOf(model, name) : 'true',
  }));
  return [
    `SELECT 1 FROM ${table} WHERE NOT (${columns.map(isRight).join(' AND ')})`,
    ...[{ over: primary, where: 'true' }, ...keys]
      .filter(({ over }) => over.length > 0)
      .map(
        ({ over, where }) =>
          `SELECT 1 FROM ${table} WHERE ${where} GROUP BY ${over.join(', ')} HAVING count(*) > 1`,
      ),
    ...pragma<Reference>('foreign_key_list', table).map(({ table: parent, from, to }) => {
      const key = to ?? pragma<Column>('table_xinfo', parent).find(({ pk }) => pk > 0)?.name ?? 'rowid';
      return `SELECT 1 FROM ${table} WHERE ${from} IS NOT NULL AND ${from} NOT IN (SELECT ${key} FROM ${parent})`;
    }),
  ];
}

function whereOf(model: Sqlcipher, index: string): string {
  const sql = model
    .prepare('SELECT sql FROM sqlite_schema WHERE name = ?')
    .get<{ sql: string }>([index])?.sql;
  return sql?.split(' WHERE ')[1] ?? 'true';
}

/** A value of the column's type that JavaScript can hold and no home exceeds. */
function isRight({ name, type, notnull, pk }: Column): string {
  const most = Number.MAX_SAFE_INTEGER;
  const right =
    type === 'INTEGER'
      ? `typeof(${name}) = 'integer' AND ${name} BETWEEN -${most} AND ${most}`
      : `typeof(${name}) = '${type.toLowerCase()}' AND octet_length(${name}) <= ${limits.backupValueBytes}`;
  return notnull === 1 || pk > 0 ? `(${right})` : `(${name} IS NULL OR (${right}))`;
}
