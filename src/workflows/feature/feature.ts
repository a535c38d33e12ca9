import type { FeatureRequest } from '../../domain/messages.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { FeatureRun } from './feature-run.ts';

/** One feature: design, approval, packets, integration, gates, landing, release, report. */
export async function featureWorkflow(request: FeatureRequest): Promise<FeatureReport> {
  return await new FeatureRun(request).run();
}
