import { isGrpcServiceError } from '@temporalio/client';

/** What isn't there: a namespace, a workflow, an attempt that was given up. */
export const NOT_FOUND = 5;

/** The status code of gRPC that a call failed with; undefined if it failed otherwise. */
export const grpcCodeOf = (error: unknown): number | undefined =>
  isGrpcServiceError(error) ? error.code : undefined;
