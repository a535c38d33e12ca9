export { featureWorkflow } from './feature/feature.ts';
export { packetWorkflow } from './packet/packet.ts';
export { queueWorkflow } from './queue/queue.ts';
export { releaseWorkflow } from './release/release.ts';
