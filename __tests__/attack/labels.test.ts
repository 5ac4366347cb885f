import { describe, expect, test } from 'vitest';
import {
  findContact,
  isGoodLabel,
  isSkeletonFree,
  uniqueLabel,
} from '../../source/session/people/find-contact.ts';
import { cellWidth } from '../../source/core/width.ts';
import { newContact, tempDatabase } from '../support/temp-database.ts';

// Other people choose their names; a message meant for one contact must not reach another.

describe('an id', () => {
  test.each(['1', 'l', 'I', '１'])(
    'means its contact, even when another contact is named %s',
    async (name) => {
      const database = await tempDatabase();
      const alice = newContact(database, { name: 'alice' });
      newContact(database, { name });
      expect(findContact(database, String(alice.id)).name).toBe('alice');
    },
  );

  test('is not a label', async () => {
    const database = await tempDatabase();
    expect(isSkeletonFree(database, '12')).toBe(false);
    expect(isGoodLabel(database, '12', 1)).toBe(false);
    expect(uniqueLabel(database, '12')).toBe('12 2');
  });
});

describe('the label of a newcomer', () => {
  test('is the name, if it can be one', async () => {
    expect(uniqueLabel(await tempDatabase(), 'Åsa Öberg')).toBe('Åsa Öberg');
  });

  test.each(['', ' ', '-rf', '\u200b'])('is never %j', async (name) => {
    expect(uniqueLabel(await tempDatabase(), name)).toBe('unnamed');
  });

  test('is what the screen shows: long names that begin the same get a number that fits on the screen', async () => {
    const database = await tempDatabase();
    const long = 'n'.repeat(100);
    const labels = [1, 2, 3].map((at) => {
      const label = uniqueLabel(database, `${long}${at}`);
      newContact(database, { name: `${long}${at}`, alias: label });
      return label;
    });
    expect(labels.every((label) => cellWidth(label) <= 32)).toBe(true);
    expect(new Set(labels).size).toBe(3);
    expect(labels[2]?.endsWith(' 3')).toBe(true);
  });
});
