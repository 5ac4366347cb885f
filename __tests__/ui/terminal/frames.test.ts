import { expect, test } from 'vitest';
import { createFrames, type Frames } from '../../../source/ui/terminal/frames.ts';

const [begin, end] = ['\u001b[?2026h', '\u001b[?2026l'];

function recorded(): {
  readonly frames: Frames;
  readonly written: () => string;
  readonly draw: (text: string) => void;
} {
  let written = '';
  const write = (text: string): void => void (written += text);
  const frames = createFrames({ write });
  return {
    frames,
    written: () => written,
    draw(text) {
      write(text);
      frames.wrote(text);
    },
  };
}

test('between frames it is written at once', () => {
  const { frames, written, draw } = recorded();
  frames.aside('bell');
  draw(`${begin}one${end}`);
  frames.aside('bell');
  expect(written()).toBe(`bell${begin}one${end}bell`);
});

test('in a frame that is under way it waits for its end, whoever began it', () => {
  const { frames, written, draw } = recorded();
  frames.begin();
  frames.aside('A');
  draw('half');
  expect(written()).toBe(`${begin}half`);
  draw(`whole${end}`);
  draw(begin);
  frames.aside('B');
  draw('x');
  draw(end);
  expect(written()).toBe(`${begin}halfwhole${end}A${begin}x${end}B`);
});
