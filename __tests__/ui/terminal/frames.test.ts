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

test('writes at once between frames', () => {
  const { frames, written, draw } = recorded();
  frames.aside('bell');
  draw(`${begin}one${end}`);
  frames.aside('bell');
  expect(written()).toBe(`bell${begin}one${end}bell`);
});

test('waits for the end of a frame that is under way, whoever began it', () => {
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
