// The last steps of `npm run build`: what the compiler doesn't carry over.
import { cp, writeFile } from 'node:fs/promises';

await cp('src/agents/roles', 'dist/agents/roles', { recursive: true });
const { bundle } = await import('../dist/worker/workflow-bundle.js');
await writeFile('dist/workflow-bundle.js', await bundle());
