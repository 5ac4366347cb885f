// A second process for the tests of store/: opens FILE with KEY (hex), says so, and holds it until it is killed.

import { openDatabase } from '../../source/store/database.ts';

const [file = '', key = ''] = process.argv.slice(2);
const database = openDatabase(file, new Uint8Array(Buffer.from(key, 'hex')));
database.run("INSERT OR REPLACE INTO settings VALUES ('name', 'written by the other')");
process.stdout.write('held\n');
setInterval(() => database.get('SELECT 1 AS one'), 1000);
