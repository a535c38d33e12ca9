/** Of the customers' requests in production, the part that uses the feature: reading, and saving after it. */
const FEATURE_PART = 0.42;

/** The defects that a scenario asks for, as the route's template takes them. */
export function defects({ badCanary, errorRate, slowGetMs }) {
  return {
    badCanary,
    fails: errorRate > 0,
    failsEvery: errorRate > 0 ? Math.max(1, Math.round(FEATURE_PART / errorRate)) : 0,
    slow: slowGetMs > 0,
    slowGetMs,
  };
}
