export { featureWorkflow } from './feature.ts';
export { packetWorkflow } from './packet.ts';
export { queueWorkflow } from './queue.ts';
export { releaseWorkflow } from './release.ts';
