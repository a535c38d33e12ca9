/** Latencies kept per version; older ones are overwritten. */
const KEPT = 20_000;

/** Counts what each version answered since the window was opened. */
export class Window {
  since = new Date().toISOString();
  #versions = new Map();

  note(version, status, ms) {
    let seen = this.#versions.get(version);
    if (!seen) {
      seen = { requests: 0, errors: 0, latencies: [] };
      this.#versions.set(version, seen);
    }
    if (status >= 500) seen.errors += 1;
    seen.latencies[seen.requests % KEPT] = ms;
    seen.requests += 1;
  }

  metrics() {
    return Object.fromEntries(
      [...this.#versions].map(([version, { requests, errors, latencies }]) => {
        const sorted = [...latencies].sort((a, b) => a - b);
        const quantile = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
        const average = sorted.reduce((sum, ms) => sum + ms, 0) / (sorted.length || 1);
        return [version, { requests, errors, average, p95: quantile(0.95), p99: quantile(0.99) }];
      }),
    );
  }
}
