import { randomUUID } from 'node:crypto';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { until } from './until.ts';

/** The status code of gRPC for what isn't there. */
const NOT_FOUND = 5;

/** A namespace of its own for a test file, so that its workers take nobody else's work. */
export async function ownNamespace(address: string): Promise<{ client: Client; namespace: string }> {
  const connection = await Connection.connect({ address });
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  await connection.workflowService.registerNamespace(
    proto.temporal.api.workflowservice.v1.RegisterNamespaceRequest.fromObject({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 },
    }),
  );
  const client = new Client({ connection, namespace });
  // A server on a database takes notice of a new one after seconds.
  await until(`${namespace} is known`, () => isKnown(client));
  return { client, namespace };
}

async function isKnown(client: Client): Promise<true | undefined> {
  try {
    await client.workflowService.listOpenWorkflowExecutions({ namespace: client.options.namespace });
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return undefined;
    throw error;
  }
}

/** The namespace of this name, which is there; without one, a namespace of its own. */
export async function namespaceOf(
  address: string,
  namespace: string | undefined,
): Promise<{ client: Client; namespace: string }> {
  if (namespace === undefined) return ownNamespace(address);
  const connection = await Connection.connect({ address });
  return { client: new Client({ connection, namespace }), namespace };
}
