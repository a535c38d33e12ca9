import { createHash } from 'node:crypto';
import type { Mount } from '../routes/index.ts';

const PATH = '{{pagePath}}';

const worded = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

//#if hasChoices
const choice = (name: string, values: readonly string[], chosen: string) => `
      <p>
//#if labelled
        <label for="${name}">${worded(name)}</label>
//#endif
//#if !labelled
        <span>${worded(name)}</span>
//#endif
        <select id="${name}" name="${name}">${values
          .map((value) => `<option value="${value}"${value === chosen ? ' selected' : ''}>${worded(value)}</option>`)
          .join('')}</select>
      </p>`;

//#endif
//#if hasSwitches
const switches = (name: string, values: Readonly<Record<string, boolean>>) => `
      <fieldset>
        <legend>${worded(name)}</legend>${Object.entries(values)
          .map(
            ([key, on]) => `
        <label><input type="checkbox" name="${name}.${key}"${on ? ' checked' : ''}> ${worded(key)}</label>`,
          )
          .join('')}
      </fieldset>`;

//#endif
const STYLE = `
  body { max-width: 32rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
  :is(p, fieldset) label, p span { display: block; }
  :is(input, select, button) { font: inherit; min-height: 2rem; }
`;

// All rules are the API's: the page only shows what it answers.
const SCRIPT = `
  const form = document.forms[0];
  const status = document.querySelector('[role=status]');
  const settings = [...form.querySelectorAll('select, [type=checkbox]')];
  let basis = null;

  const chosen = () => {
    const value = {};
    for (const { name, value: one, checked } of settings) {
      const [setting, key] = name.split('.');
      if (key) value[setting] = { ...value[setting], [key]: checked };
      else value[setting] = one;
    }
    return value;
  };

  const show = (saved) => {
    basis = saved.updated_at;
    for (const control of settings) {
      const [setting, key] = control.name.split('.');
      if (key) control.checked = saved[setting][key];
      else control.value = saved[setting];
    }
  };

  const call = async (method, body) => {
    const { user, token } = form.elements;
    const path = '{{path}}'.replace(':id', encodeURIComponent(user.value.trim()));
    const response = await fetch(path, {
      method,
      headers: { authorization: 'Bearer ' + token.value.trim(), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error.message);
    show(answer);
  };

  const does = (work, done) => (event) => {
    event.preventDefault();
    status.textContent = 'One moment';
    work().then(
      () => { status.textContent = done; },
      (error) => { status.textContent = error.message; },
    );
  };

  form.elements.load.addEventListener('click', does(() => call('GET'), 'Loaded.'));
  form.addEventListener('submit', does(() => call('PUT', { ...chosen(), updated_at: basis }), 'Saved.'));
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{heading}}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
    <h1>{{heading}}</h1>
    <form>
      <p><label for="user">Your user id</label> <input id="user" name="user" required autocomplete="off"></p>
      <p><label for="token">Your token</label> <input id="token" name="token" type="password" required autocomplete="off"></p>
      <p><button type="button" name="load">Load</button></p>${[
    {{pageFields}}
      ].join('')}
      <p><button>Save</button></p>
      <p role="status"></p>
    </form>
    </main>
    <script>${SCRIPT}</script>
  </body>
</html>
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page on which users change their {{title}}. It is the same for everyone, so it needs no token. */
export const {{camel}}Page: Mount = (app) => {
  app.get(PATH, (c) => {
    c.header('Content-Security-Policy', POLICY);
    return c.html(PAGE);
  });
};
