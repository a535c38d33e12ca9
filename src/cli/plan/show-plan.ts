import { forecast } from '../../domain/forecast.ts';
import { print, say, screenWidth, styleFor } from '../output.ts';
import { planLines } from '../render/plan.ts';
import { planDetailLines } from '../render/plan-details.ts';
import type { Server } from '../server/connection.ts';
import { planStatus } from './edit-plan.ts';

/** Prints all that is approved with a feature's plan. */
export async function showPlan(server: Server, feature: string): Promise<void> {
  const plan = await planStatus(server, feature);
  const packets = plan.packets.map(({ packet }) => packet);
  const options = { style: styleFor(process.stdout), width: screenWidth() };
  const drawn = forecast(packets, plan.concurrency);
  print(planLines(drawn, { ...options, title: `Plan of ${feature}, to be approved` }).join('\n'));
  print(planDetailLines({ packets, slots: plan.concurrency, ...plan.proposed }, options).join('\n'));
  say(`Change it in your editor: baton plan ${feature} --edit\n`);
}
