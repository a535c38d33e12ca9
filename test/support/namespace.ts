import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

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
  return { client: new Client({ connection, namespace }), namespace };
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
