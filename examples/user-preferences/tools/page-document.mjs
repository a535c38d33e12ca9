import { JSDOM, VirtualConsole } from 'jsdom';

/**
 * A served page as a document in which its own scripts run, without layout or colours. What the scripts fetch goes to
 * the server that the page came from.
 */
export async function openPage(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url} answered ${answer.status}`);
  const { window } = new JSDOM(await answer.text(), {
    url,
    runScripts: 'dangerously',
    // jsdom says on the console what it lacks, such as canvases.
    virtualConsole: new VirtualConsole(),
    beforeParse: (page) => {
      page.fetch = (path, options) => fetch(new URL(path, url), options);
    },
  });
  return window;
}
