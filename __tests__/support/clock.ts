/** The flag that makes a Node program take it for `ms` later than it is; also for NODE_OPTIONS. */
export function laterBy(ms: number): string {
  const code = `const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...words) { super(...(words.length === 0 ? [Real.now() + ${ms}] : words)); }
      static now() { return Real.now() + ${ms}; }
    };`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}
