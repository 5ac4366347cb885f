/** The facts in the name of a delivered file: `time` in ms since 1970, `bytes` a bucket, `count` how many envelopes it holds. */
export type MessageName = {
  readonly time: number;
  readonly processId: number;
  readonly counter: number;
  readonly slotId: string;
  readonly bytes: number;
  readonly count: number;
};

type Named = Omit<MessageName, 'count'> & { readonly count?: number };

const blockBytes = 4096;

/**
 * The file name of delivered envelopes (PROTOCOL.md §9): names sort oldest first, and a name includes the slot, the size and the number,
 * so quotas can be counted from a folder listing alone.
 */
export function messageName({ count = 1, ...facts }: Named): string {
  const { time, processId, counter, slotId, bytes } = facts;
  const size = `${hex(bytes / blockBytes, 2)}${count === 1 ? '' : `x${hex(count, 2)}`}`;
  return [hex(time, 12), hex(processId, 6), hex(counter, 6), slotId, size].join('-');
}

const messagePattern =
  /^([0-9a-f]{12})-([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{16})-(01|04|10)(?:x(0[2-9a-f]|[1-3][0-9a-f]|40))?$/;

/** Reads a name that `messageName` made; null for any other name. */
export function parseMessageName(name: string): MessageName | null {
  const [, time, processId, counter, slotId, blocks, count = '1'] = messagePattern.exec(name) ?? [];
  if (!time || !processId || !counter || !slotId || !blocks) return null;
  return {
    time: Number.parseInt(time, 16),
    processId: Number.parseInt(processId, 16),
    counter: Number.parseInt(counter, 16),
    slotId,
    bytes: Number.parseInt(blocks, 16) * blockBytes,
    count: Number.parseInt(count, 16),
  };
}

/** The slot id in a message's name: a quick look, good enough for sorting, at a hundredth of the cost of parsing the name. */
export function slotPart(name: string): string {
  return name.length === 46 || name.length === 49 ? name.slice(27, 43) : '';
}

/** The number of envelopes in a message's name, read just as quickly; 1 for any other name. */
export function countPart(name: string): number {
  return (name.length === 49 && name[46] === 'x' && Number.parseInt(name.slice(47), 16)) || 1;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0').slice(-digits);
}
