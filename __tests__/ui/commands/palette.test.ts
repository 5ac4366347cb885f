import { expect, test } from 'vitest';
import { ranked } from '../../../source/ui/commands/palette.ts';
import { say } from '../../../source/ui/text/line.ts';
import { mountScreen } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

test('used commands come before the others, the most used first', async () => {
  const door = { kind: 'ready', open: () => Promise.resolve(sampleClient()) } as const;
  const mounted = mountScreen(door, { columns: 80, rows: 24 });
  await mounted.sees('write to bob');
  mounted.type('/retry\r');
  await mounted.sees('sending everything');
  mounted.type('/theme none\r');
  await mounted.sees('theme: none');
  mounted.type('/retry\r');
  await mounted.sees('sending everything');
  mounted.type('\u000b');
  await mounted.sees('Go to');
  const names = mounted.rows().flatMap((row) => /│ [ ❯] (\/\w+)/u.exec(row)?.[1] ?? []);
  expect(names.slice(0, 3)).toEqual(['/retry', '/theme', '/help']);
});

test('the more used of two equal matches comes first, but never before a better match', () => {
  const entries = [
    { name: say`/mark`, note: say`` },
    { name: say`/mare`, note: say``, uses: 3 },
    { name: say`/summary`, note: say``, uses: 99 },
  ];
  expect(ranked('mar', entries).map(({ name }) => name)).toEqual(['/mare', '/mark', '/summary']);
});
