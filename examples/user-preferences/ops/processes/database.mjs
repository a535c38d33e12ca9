import { startDatabase } from '../../tools/database.mjs';

const { port, url } = await startDatabase();
console.log(JSON.stringify({ event: 'listening', port, url }));
// Its data is in memory only: there is nothing to save.
process.once('SIGTERM', () => process.exit(0));
