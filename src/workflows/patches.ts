import { patched } from '@temporalio/workflow';

// What changed in the order of a workflow's commands since histories were first kept: those that began before
// go on as they began. A line here stays as long as such a history is kept in test/histories.

/** Gates that need not be alone are measured side by side; before, all of them one after the other. */
export const gatesSideBySide = (): boolean => patched('gates-side-by-side');

/** Packets start while the approved design is still being merged; before, they waited for that. */
export const packetsBesideDesignMerge = (): boolean => patched('packets-beside-design-merge');
