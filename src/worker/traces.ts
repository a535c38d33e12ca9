import { createHash } from 'node:crypto';
import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';

/** A span as a whole: each is told once it has ended, so a worker that dies leaves none open. */
export interface EndedSpan {
  readonly trace: string;
  /** What the span is of, e.g. a workflow's run: the same names the same span, also to another worker. */
  readonly of: string;
  /** What the span above is of; undefined: none. */
  readonly within: string | undefined;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly failed: boolean;
}

/** Seconds of spans may be lost with a worker that is killed; a collector that is away holds up nothing. */
const BATCH_MS = 1_000;

/** A collector that is away must not keep a worker from its end. */
const PATIENCE_MS = 2_000;

const hex = (text: string, bytes: number): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * bytes);

/**
 * Sends spans to an OpenTelemetry collector. Their ids follow from what they are of, and not from chance: workers that
 * know nothing of each other put their spans into the same trace, and one that is told twice is the same span.
 */
export class Traces {
  private readonly provider: TracerProvider;
  private readonly next = { trace: '', span: '' };

  /** @param version - of Baton */
  constructor(exporter: SpanExporter, version: string) {
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'baton', 'service.version': version }),
      idGenerator: { generateTraceId: () => this.next.trace, generateSpanId: () => this.next.span },
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: BATCH_MS })],
    });
  }

  /** To the collector's OTLP/HTTP; the exporter itself reads `OTEL_EXPORTER_OTLP_HEADERS`. */
  static to(endpoint: string, version: string): Traces {
    return new Traces(new OTLPTraceExporter({ url: endpoint }), version);
  }

  add({ trace: traceOf, of, within, name, from, to, attributes, failed }: EndedSpan): void {
    this.next.trace = hex(traceOf, 16);
    this.next.span = hex(of, 8);
    const above =
      within === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId: this.next.trace,
            spanId: hex(within, 8),
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          });
    const span = this.provider.getTracer('baton').startSpan(name, { startTime: from, attributes }, above);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(to);
  }

  /** Sends what is left. */
  async stop(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
  }
}
