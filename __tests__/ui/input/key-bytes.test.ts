import { expect, test } from 'vitest';
import { createKeyParser } from '../../../source/ui/input/parser.ts';
import { keymap } from '../../../source/ui/keymap.ts';
import { keyBytes } from '../../support/key-bytes.ts';

const keys = new Set(keymap.flatMap((binding): readonly string[] => binding.keys));

test.each([...keys])('understands a terminal that sends %s', (key) => {
  const parser = createKeyParser();
  const events = [...parser.feed(Buffer.from(keyBytes(key))), ...parser.pause()];
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ type: 'key', name: key });
});
