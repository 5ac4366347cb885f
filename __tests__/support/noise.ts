// Loaded before the program (--import): makes it write to standard error like native code and Node do, when it gets a SIGURG.

import { writeSync } from 'node:fs';

let times = 0;

process.on('SIGURG', () => {
  times += 1;
  writeSync(2, `native noise ${times}\n`);
  console.error(`console noise ${times}`);
  process.emitWarning(`warning noise ${times}`);
  if (process.env['NOISE'] === 'throw') throw new Error('noise was too much');
});

// Behind what the program itself does at its end.
setImmediate(() => process.on('exit', sayLastWords));

function sayLastWords(): void {
  if (process.env['NOISE'] !== undefined) writeSync(2, 'last native words\n');
}
