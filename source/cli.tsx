import { keepCompiled } from './cli/compiled.ts';

// Nothing else may be imported above: it would be compiled before the kept code is known.
keepCompiled();
const { main } = await import('./cli/main.ts');
await main();
